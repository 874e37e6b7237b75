import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { MachineKeys, MachineSpec, Owner } from "../driver";
import { LABEL } from "./engine";

/**
 * Capabilities that systemd, containerd and kubelet use, all that the engine's own set may hold but CAP_SYS_RESOURCE, which many hosts withhold
 * (and for which --privileged would fail).
 */
const CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
  "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
  "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ"];

export const containerName = (owner: Owner, machine: string): string => `${owner.lab.replace("/", "-")}-${machine}`;

export const limits = (spec: MachineSpec): { Memory: number; MemorySwap: number; NanoCpus: number } => ({
  Memory: (spec.memoryMiB ?? 0) * 2 ** 20, MemorySwap: spec.memoryMiB === null ? 0 : -1, NanoCpus: Math.round((spec.cpus ?? 0) * 1e9),
});

/** Everything the engine needs to know to make a machine. `ports` maps port names to loopback ports. */
export function containerOptions(owner: Owner, spec: MachineSpec, ports: Readonly<Record<string, number>>, binds: string[]): Docker.ContainerCreateOptions {
  const inside: Record<string, number> = { ssh: 22, ...Object.fromEntries(spec.ports.map((p) => [p.name, p.port])) };
  const keys = Object.fromEntries(Object.entries(inside).map(([name, port]) => [name, `${port}/tcp`]));
  return {
    name: containerName(owner, spec.name),
    Hostname: spec.hostname,
    Image: spec.image,
    Env: ["container=docker"],
    Labels: { [LABEL.lab]: owner.lab, [LABEL.urn]: owner.urn, [LABEL.machine]: spec.name },
    ExposedPorts: Object.fromEntries(Object.values(keys).map((k) => [k, {}])),
    HostConfig: {
      NetworkMode: spec.network.name,
      PortBindings: Object.fromEntries(Object.entries(keys).map(([name, k]) => [k, [{ HostIp: "127.0.0.1", HostPort: String(ports[name]) }]])),
      CapAdd: CAPABILITIES,
      SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
      MaskedPaths: [], ReadonlyPaths: [],
      ...{ CgroupnsMode: "private" }, // not in the client's types yet
      Tmpfs: { "/run": "exec", "/tmp": "exec" },
      PidsLimit: -1,
      DeviceCgroupRules: ["a *:* rwm"],
      Sysctls: { "net.ipv6.conf.all.disable_ipv6": "0", "net.ipv6.conf.default.disable_ipv6": "0" },
      Binds: binds,
      // The engine starts machines again after its own or the host's restart; their cables come back by refresh and up.
      RestartPolicy: { Name: "unless-stopped" },
      ...limits(spec),
    },
  };
}

/** The machine's keys as the archive that is unpacked at / before its first start. */
export async function keyArchive(keys: MachineKeys): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "root/.ssh", type: "directory", mode: 0o700 });
  tar.entry({ name: "root/.ssh/authorized_keys", mode: 0o600 }, `${keys.publicKey}\n`);
  tar.entry({ name: "etc/ssh/ssh_host_ed25519_key", mode: 0o600 }, keys.hostPrivateKey);
  tar.entry({ name: "etc/ssh/ssh_host_ed25519_key.pub", mode: 0o644 }, `${keys.hostPublicKey}\n`);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
