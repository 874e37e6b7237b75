import type Docker from "dockerode";
import { pack } from "tar-stream";
import { PLATFORMS } from "../../../platforms";
import type { MachineFacts, MachineKeys, MachineSpec, Owner } from "../driver";
import { capabilities } from "./capabilities";
import { LABEL } from "./engine";

/** Names of the published ports travel in a label, so that a machine can be read without its spec. */
const PORTS = "fabriclab.ports";
/** Microseconds over which the CPU limit holds: the kernel's default. */
const CPU_PERIOD = 100_000;
/** Where a machine finds the kernel that is its own (images/kernel.ts). */
const KERNEL = "/usr/lib/fabriclab/kernel";
const SSH = { name: "ssh", port: 22 };
const { reach } = PLATFORMS.docker;

export const containerName = (owner: Owner, machine: string): string => `${owner.lab.replace("/", "-")}-${machine}`;
export const portsOf = (spec: MachineSpec): readonly { name: string; port: number }[] => [SSH, ...spec.ports];

/** Bytes: more memory than any host has. The engine changes a memory limit, but does not take one back. */
const NO_LIMIT = 2 ** 50;

/**
 * Limits of a container; `limited` is one that exists and may have limits to take back: there the engine takes 0 for "as it is". A CPU quota, because
 * the engine can't take back a CPU count.
 */
export const limits = (
  spec: MachineSpec,
  limited: MachineFacts | null = null,
): { Memory: number; MemorySwap: number; CpuPeriod: number; CpuQuota: number } => {
  const memory =
    spec.memoryMiB !== null ? spec.memoryMiB * 2 ** 20 : (limited?.memoryMiB ?? null) !== null ? NO_LIMIT : 0;
  const quota = spec.cpus !== null ? Math.round(spec.cpus * CPU_PERIOD) : (limited?.cpus ?? null) !== null ? -1 : 0;
  return {
    Memory: memory,
    MemorySwap: memory === 0 ? 0 : -1,
    CpuPeriod: quota === 0 ? 0 : CPU_PERIOD,
    CpuQuota: quota,
  };
};

/** Everything the engine needs to know to make a machine. `published` maps port names to loopback ports, `network` is the management network's name at the engine. */
export function containerOptions(
  owner: Owner,
  spec: MachineSpec,
  published: Readonly<Record<string, number>>,
  binds: string[],
  network: string,
): Docker.ContainerCreateOptions {
  const ports = portsOf(spec).map(({ name, port }) => [name, `${port}/tcp`] as const);
  return {
    name: containerName(owner, spec.name),
    Hostname: spec.hostname,
    Image: spec.image,
    ...(spec.kernel === null ? {} : { Entrypoint: [`${KERNEL}/boot.sh`, String(spec.kernel.memoryMiB)], Cmd: [] }),
    Env: ["container=docker"],
    Labels: {
      [LABEL.lab]: owner.lab,
      [LABEL.urn]: owner.urn,
      [LABEL.machine]: spec.name,
      [PORTS]: JSON.stringify(Object.fromEntries(ports.map(([name, key]) => [key, name]))),
    },
    ExposedPorts: Object.fromEntries(ports.map(([, key]) => [key, {}])),
    HostConfig: {
      NetworkMode: network,
      PortBindings: Object.fromEntries(
        ports.map(([name, key]) => [key, [{ HostIp: reach.host, HostPort: String(published[name]) }]]),
      ),
      CapAdd: capabilities(),
      SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
      MaskedPaths: [],
      ReadonlyPaths: [],
      ...{ CgroupnsMode: "private" }, // not in the client's types yet
      Tmpfs: { "/run": "exec", "/tmp": "exec" },
      PidsLimit: -1,
      DeviceCgroupRules: ["a *:* rwm"],
      Sysctls: { "net.ipv6.conf.all.disable_ipv6": "0", "net.ipv6.conf.default.disable_ipv6": "0" },
      Binds: [...binds, ...(spec.kernel === null ? [] : [`${spec.kernel.volume}:${KERNEL}:ro`])],
      // The engine starts machines again after its own or the host's restart; their cables come back by refresh and up.
      RestartPolicy: { Name: "unless-stopped" },
      ...limits(spec),
    },
  };
}

/** Limits of a container; null is none. */
export function limitsOf({ HostConfig }: Docker.ContainerInspectInfo): Pick<MachineFacts, "memoryMiB" | "cpus"> {
  const { Memory: memory = 0, CpuQuota: quota = 0, CpuPeriod: period = 0 } = HostConfig;
  return {
    memoryMiB: memory > 0 && memory < NO_LIMIT ? memory / 2 ** 20 : null,
    cpus: quota > 0 ? quota / (period || CPU_PERIOD) : null,
  };
}

export function facts(info: Docker.ContainerInspectInfo): MachineFacts {
  const names = JSON.parse(info.Config.Labels[PORTS] ?? "{}") as Record<string, string>;
  const bindings = info.HostConfig.PortBindings as Record<string, { HostPort: string }[]>;
  const publishedPorts = Object.fromEntries(
    Object.entries(bindings).map(([port, b]) => [names[port] ?? port, Number(b[0]!.HostPort)]),
  );
  const { ssh } = publishedPorts;
  if (ssh === undefined) throw new Error(`container ${info.Id} publishes no SSH port: it is no machine`);
  return {
    driverId: info.Id,
    // A container that is paused counts as one that runs.
    state: info.State.Paused ? "paused" : info.State.Running ? "running" : "stopped",
    connection: { ...reach, port: ssh },
    publishedPorts,
    ...limitsOf(info),
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
