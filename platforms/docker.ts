import type { Platform } from "./platform";

/** Machines are containers: they share the kernel and the disk of the machine that runs the lab. */
export const dockerPlatform: Platform = {
  node: {
    cgroupDriver: "cgroupfs",
    cgroupV1: true,
    swap: true,
    userNamespace: true,
    ownDisk: false,
    ownConntrack: false,
    // The kernel's configuration, the host's swap, and a sysctl that only a loaded br_netfilter has.
    ignoredPreflightErrors: ["SystemVerification", "Swap", "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables"],
  },
  reach: { host: "127.0.0.1", user: "root" },
  publishedAs: ["127.0.0.1", "localhost"],
  names: {
    // Linux's limit (HOST_NAME_MAX).
    hostname: { pattern: /^[\s\S]{1,64}$/, says: "a host name of at most 64 characters" },
    // Linux's limit (IFNAMSIZ less its terminator); "." and ".." are folders of /sys/class/net.
    interface: {
      pattern: /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,15}$/,
      says: "an interface name: 1 to 15 of the characters A-Z, a-z, 0-9, _, . and -",
    },
  },
  management: {
    // Network address, broadcast address, and the engine's gateway.
    taken: 3,
    source: "https://docs.docker.com/reference/cli/docker/network/create/",
    poolsSource: "https://docs.docker.com/engine/network/ (address pools)",
    bridges: /^(docker0|br-[0-9a-f]{12})$/,
  },
  reserved: [
    {
      what: "Docker's default bridge",
      prefix: "172.17.0.0/16",
      source: "Docker, default bridge 172.17.0.0/16",
    },
  ],
};
