import type Docker from "dockerode";
import type { Driver, MachineFacts, MachineKeys, MachineSpec, Owner } from "../driver";
import { containerName, containerOptions, keyArchive, limits } from "./container";
import { containersOf, docker, forceRemove, isMissing, LABEL, orNull } from "./engine";
import { ensureNetwork, releaseNetwork } from "./network";
import { choosePort, sshAnswers } from "./ports";
import { plant, uproot, uprootLab } from "./seed";
import { plug, readLink, unplug } from "./wiring";

const portNames = (spec: MachineSpec): string[] => ["ssh", ...spec.ports.map((p) => p.name)];

function facts(info: Docker.ContainerInspectInfo, names: Readonly<Record<string, string>>): MachineFacts {
  const bindings = info.HostConfig.PortBindings as Record<string, { HostPort: string }[]>;
  return {
    driverId: info.Id,
    state: info.State.Running ? "running" : "stopped",
    publishedPorts: Object.fromEntries(Object.entries(bindings).map(([port, b]) => [names[port] ?? port, Number(b[0]!.HostPort)])),
    memoryMiB: info.HostConfig.Memory ? info.HostConfig.Memory / 2 ** 20 : null,
    cpus: info.HostConfig.NanoCpus ? info.HostConfig.NanoCpus / 1e9 : null,
  };
}

/** Names of ports travel in a label, so that a machine can be read without its spec. */
const PORTS = "fabriclab.ports";
const namesOf = (info: Docker.ContainerInspectInfo): Record<string, string> => JSON.parse(info.Config.Labels[PORTS] ?? "{}") as Record<string, string>;

/** An own container that an interrupted run left goes; one that is somebody else's is an error. */
async function clearName(owner: Owner, machine: string): Promise<void> {
  const info = await orNull(docker.getContainer(containerName(owner, machine)).inspect());
  if (info === null) return;
  if (info.Config.Labels[LABEL.lab] !== owner.lab)
    throw new Error(`name: Docker already has a container "${info.Name.slice(1)}" that is not of ${owner.lab}: remove it (docker rm -f ${info.Name.slice(1)}) or give the machine another name`);
  await forceRemove(info.Id);
}

async function startOnFreePorts(owner: Owner, spec: MachineSpec, keys: MachineKeys, binds: string[]): Promise<Docker.Container> {
  for (let attempt = 0; ; attempt++) {
    const ports = Object.fromEntries(await Promise.all(portNames(spec).map(async (n) => [n, await choosePort(`${owner.urn} ${n}`)] as const)));
    const options = containerOptions(owner, spec, ports, binds);
    const labels = { ...options.Labels, [PORTS]: JSON.stringify(Object.fromEntries([["22/tcp", "ssh"], ...spec.ports.map((p) => [`${p.port}/tcp`, p.name])])) };
    const container = await docker.createContainer({ ...options, Labels: labels }).catch((error: unknown) => {
      throw isMissing(error) ? new Error(`image: there is no image "${spec.image}": run set-up again (npm run setup)`) : error;
    });
    try {
      await container.putArchive(await keyArchive(keys), { path: "/" });
      await container.start();
      return container;
    } catch (error) {
      await forceRemove(container.id);
      if (attempt >= 5 || !/port is already allocated|address already in use/.test((error as Error).message)) throw error;
    }
  }
}

async function answering(container: Docker.Container, spec: MachineSpec, signal: AbortSignal): Promise<MachineFacts> {
  const info = await container.inspect(), seen = facts(info, namesOf(info));
  if (await sshAnswers(seen.publishedPorts.ssh!, signal)) return seen;
  const logs = (await container.logs({ stdout: true, stderr: true, tail: 20 })).toString();
  throw new Error(`${spec.name}: SSH does not answer on 127.0.0.1:${seen.publishedPorts.ssh} after 60 s. Last output of the machine:\n${logs}`);
}

/** Machines as containers that run systemd; cables as veth pairs between their network namespaces. */
export const dockerDriver: Driver = {
  async create(owner, spec, keys, signal) {
    await Promise.all([ensureNetwork(owner.lab, spec.network), clearName(owner, spec.name)]);
    const container = await startOnFreePorts(owner, spec, keys, await plant(owner, spec));
    return answering(container, spec, signal);
  },

  async read(driverId) {
    const info = await orNull(docker.getContainer(driverId).inspect());
    return info === null ? null : facts(info, namesOf(info));
  },

  async update(driverId, spec, signal) {
    const container = docker.getContainer(driverId);
    const { State } = await container.inspect();
    await container.update(limits(spec));
    if (!State.Running) await container.start();
    return answering(container, spec, signal);
  },

  async remove(owner, driverId, spec) {
    await forceRemove(driverId);
    // One that an interrupted create made is not in the state, but it is ours.
    await clearName(owner, spec.name).catch(() => undefined);
    if (spec.seed !== null) await uproot(owner, spec.seed.volume, spec.image, spec.name);
    await releaseNetwork(owner.lab, spec.network.name);
  },

  plug, readLink, unplug,

  async cleanup(lab) {
    const removed: string[] = [];
    const containers = await containersOf(lab);
    await Promise.all(containers.map((c) => forceRemove(c.Id)));
    removed.push(...containers.map((c) => `container ${c.Names[0]?.slice(1)}`));
    removed.push(...await uprootLab(lab));
    for (const n of await docker.listNetworks({ filters: { label: [`${LABEL.lab}=${lab}`] } })) { await releaseNetwork(lab, n.Name); removed.push(`network ${n.Name}`); }
    return removed;
  },
};
