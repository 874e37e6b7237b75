import { runHelper } from "./engine";

/** Linux capabilities by bit (capabilities(7), linux/capability.h). */
const BITS = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
];

/** Without these no systemd boots and no address can be set. */
const NEEDED = ["SYS_ADMIN", "NET_ADMIN", "NET_RAW", "SYS_CHROOT", "SETUID", "SETGID", "DAC_OVERRIDE", "CHOWN"];

/**
 * What machines are given, one by one: `--privileged` fails on an engine that lacks any, and many hosts withhold SYS_RESOURCE, which the machine images
 * do without.
 */
let given: readonly string[] = BITS.filter((name) => name !== "SYS_RESOURCE");
export const capabilities = (): string[] => [...given];

/** Of the machines' capabilities those in a bounding set (hexadecimal, as in /proc/PID/status). */
export function withinBounds(boundingSet: string): string[] {
  const mask = BigInt(`0x${boundingSet.trim()}`);
  return BITS.filter((name, bit) => name !== "SYS_RESOURCE" && ((mask >> BigInt(bit)) & 1n) === 1n);
}

/** Whether an engine's error says that it may not give a capability. */
export const isRefusal = (error: unknown): boolean =>
  /apply caps|capset|unknown capability|CAP_[A-Z_]+ .*not (available|supported)|unable to set capabilit/i.test(
    (error as Error).message,
  );

let probe: Promise<void> | undefined;
/**
 * Leaves out what this engine may not give, by the bounding set of its daemon: asked once, when a machine could not be started.
 *
 * @throws Error when the engine lacks one that machines can't do without.
 */
export function learn(lab: string, image: string): Promise<void> {
  const script =
    "for p in /proc/[0-9]*; do case $(cat $p/comm 2>/dev/null) in dockerd|podman) sed -n 's/^CapBnd:\\t//p' $p/status; exit;; esac; done; sed -n 's/^CapBnd:\\t//p' /proc/1/status";
  return (probe ??= runHelper({ lab, image, script, host: { NetworkMode: "none", PidMode: "host" } }).then((text) => {
    given = withinBounds(text);
    const lacking = NEEDED.filter((name) => !given.includes(name));
    if (lacking.length > 0)
      throw new Error(
        `the container engine may not give machines ${lacking.map((n) => `CAP_${n}`).join(", ")}: run it with these capabilities (CapabilityBoundingSet of its unit, --cap-add of a container it runs in)`,
      );
  }));
}
