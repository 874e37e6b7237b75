import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import * as path from "node:path";
import { hashOf } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";

/** A Debian root filesystem of ours: what is installed, and what is taken out so that it is the same each time. */
export interface Rootfs {
  readonly id: string;
  readonly packages: readonly string[];
  /** `extract` unpacks the packages without an operating system around them: for single programs. */
  readonly variant?: "minbase" | "extract";
}

const SYSTEM = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "ifupdown2",
  "openssh-server",
  "iproute2",
  "iputils-ping",
  "tcpdump",
  "procps",
  "ethtool",
  "less",
];

export const ROOTFS = {
  switch: { id: "switch", packages: [...SYSTEM, "frr", "frr-pythontools", "bridge-utils", "iptables", "nftables"] },
  node: {
    id: "node",
    packages: [
      ...SYSTEM,
      "udev",
      "iptables",
      "nftables",
      "ipset",
      "conntrack",
      "socat",
      "ebtables",
      "kmod",
      "containerd",
      "runc",
      "ca-certificates",
      "mount",
      "util-linux",
      "curl",
    ],
  },
  podBase: {
    id: "pod-base",
    packages: [
      "runit",
      "bird",
      "iptables",
      "nftables",
      "ipset",
      "iproute2",
      "conntrack",
      "procps",
      "kmod",
      "debianutils",
      "bash",
      "ca-certificates",
    ],
  },
  extras: { id: "extras", packages: ["tini", "busybox-static", "containernetworking-plugins"], variant: "extract" },
  nginx: { id: "nginx", packages: ["nginx-light"] },
  kernel: { id: "kernel", packages: ["user-mode-linux", "uml-utilities", "busybox-static"], variant: "extract" },
} as const satisfies Record<string, Rootfs>;

const SUITE = "bookworm";
const EXCLUDE = ["man", "doc", "locale", "info", "lintian"].map((d) => `--dpkgopt=path-exclude=/usr/share/${d}/*`);
/** Host keys and the machine id are each machine's own, not the image's. */
const CLEAN = [
  'rm -f "$1"/etc/ssh/ssh_host_*',
  ': > "$1"/etc/machine-id',
  'rm -rf "$1"/var/cache/* "$1"/var/log/* "$1"/var/lib/apt/lists/*',
].map((h) => `--customize-hook=${h}`);

/** The host's own apt sources: the one place that knows which mirror can be reached from here. */
function aptSources(): string[] {
  const dir = "/etc/apt/sources.list.d";
  const lists = existsSync(dir)
    ? readdirSync(dir)
        .filter((f) => /\.(list|sources)$/.test(f))
        .sort()
        .map((f) => path.join(dir, f))
    : [];
  const main = "/etc/apt/sources.list";
  const all = existsSync(main) && /^\s*deb/m.test(readFileSync(main, "utf8")) ? [main, ...lists] : lists;
  if (all.length === 0)
    throw new Error(`no apt sources in ${main} or ${dir}: set-up takes Debian packages from where this host does`);
  return all;
}

const variantOf = (r: Rootfs): string => r.variant ?? "minbase";
const keyOf = (r: Rootfs): string =>
  hashOf(SUITE, variantOf(r), ...r.packages, ...EXCLUDE, ...CLEAN, ...aptSources().map((f) => readFileSync(f, "utf8")));

/** Path of a root filesystem's tar. */
export const rootfsTar = (ctx: Pick<StepContext, "cache">, r: Rootfs): string =>
  path.join(ctx.cache, "rootfs", `${r.id}-${keyOf(r)}.tar`);

export function rootfsStep(r: Rootfs, title: string): Step {
  return {
    id: `rootfs-${r.id}`,
    title,
    needs: ["host-packages"],
    estimate: 30,
    kind: "io",
    key: () => keyOf(r),
    present: async (ctx) => existsSync(rootfsTar(ctx, r)),
    run: async (ctx) => {
      const target = rootfsTar(ctx, r);
      const work = `${target}.partial.tar`;
      mkdirSync(path.dirname(target), { recursive: true });
      await ctx.exec(
        "mmdebstrap",
        [
          `--variant=${variantOf(r)}`,
          '--aptopt=APT::Install-Recommends "false"',
          ...EXCLUDE,
          ...(variantOf(r) === "extract" ? [] : CLEAN),
          `--include=${r.packages.join(",")}`,
          SUITE,
          work,
          ...aptSources(),
        ],
        { env: { SOURCE_DATE_EPOCH: "0" } },
      );
      renameSync(work, target);
    },
  };
}
