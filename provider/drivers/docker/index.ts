import { existsSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { docker } from "../../../docker/client";
import { collect, explain, forceRemove, orNull } from "../../../docker/engine";
import { NotReady, type Driver, type MachineFacts, type MachineKeys, type MachineSpec, type Owner } from "../driver";
import { isRefusal, learn } from "./capabilities";
import { containerName, containerOptions, facts, keyArchive, limits, portsOf } from "./container";
import { dockerDoctor } from "./doctor";
import { endpoint } from "./endpoint";
import { containersOf, LABEL } from "./engine";
import { ensureNetwork, releaseNetworks } from "./network";
import { choosePort, sshAnswers } from "./ports";
import { plant, uproot, uprootLab } from "./seed";
import { statusesOf } from "./status";

const removalOf = (container: string): string => `docker rm -f ${container}`;

/** An own container that an interrupted run left goes; one that is somebody else's, or another resource's, is an error. */
async function clearName(owner: Owner, machine: string): Promise<void> {
  const info = await orNull(docker().getContainer(containerName(owner, machine)).inspect());
  if (info === null) return;
  const name = info.Name.slice(1);
  const remedy = `remove it (${removalOf(name)}) or give the machine another name`;
  const { [LABEL.lab]: lab, [LABEL.urn]: urn } = info.Config.Labels;
  if (lab !== owner.lab)
    throw new Error(`name: Docker already has a container "${name}" that is not of ${owner.lab}: ${remedy}`);
  if (urn !== owner.urn)
    throw new Error(`name: container "${name}" is the machine of ${urn}, not of ${owner.urn}: ${remedy}`);
  await forceRemove(info.Id);
}

const PORT_TAKEN = /port is already allocated|address already in use|ports are not available/;
const ATTEMPTS = 6;

async function start(
  owner: Owner,
  spec: MachineSpec,
  keys: MachineKeys,
  binds: string[],
  network: string,
): Promise<Docker.Container> {
  for (let attempt = 1; ; attempt++) {
    const ports = Object.fromEntries(
      await Promise.all(
        portsOf(spec).map(async ({ name }) => [name, await choosePort(`${owner.urn} ${name}`)] as const),
      ),
    );
    const container = await docker().createContainer(containerOptions(owner, spec, ports, binds, network));
    try {
      await container.putArchive(await keyArchive(keys), { path: "/" });
      await container.start();
      return container;
    } catch (error) {
      await forceRemove(container.id);
      const again = isRefusal(error)
        ? learn(owner.lab, spec.image).then(() => true)
        : Promise.resolve(PORT_TAKEN.test((error as Error).message));
      if (!(await again) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Without following: the engine ends a followed log at the next line only, and a machine that is stuck writes none. */
async function lastOutput(container: Docker.Container): Promise<string> {
  const stream = Readable.from([await container.logs({ stdout: true, stderr: true, tail: 20 })]);
  const text = collect(stream);
  await finished(stream);
  return text().trim() || "(none)";
}

/** The limit that machines run into first, where this host's is small: systemd ends without a word when it can't have an inotify instance. */
function inotifyHint(): string {
  const file = "/proc/sys/fs/inotify/max_user_instances";
  const instances = existsSync(file) ? Number(readFileSync(file, "utf8")) : Infinity;
  return instances >= 512
    ? ""
    : `\nIf several labs run: this host allows ${instances} inotify instances, enough for about a dozen machines; more with \`sysctl -w fs.inotify.max_user_instances=1024\``;
}

async function answering(container: Docker.Container, spec: MachineSpec, signal: AbortSignal): Promise<MachineFacts> {
  const info = await container.inspect();
  const seen = facts(info);
  // systemd that can't start ends at once, and the engine starts it again and again.
  const alive = async (): Promise<boolean> => {
    const now = await container.inspect();
    return now.State.Running && now.RestartCount === info.RestartCount;
  };
  const { host, port } = seen.connection;
  const silent = await sshAnswers(port, alive, signal);
  if (silent === null) return seen;
  const more = signal.aborted
    ? "run `up` again to go on with it"
    : `last output of the machine:\n${await lastOutput(container)}${inotifyHint()}`;
  throw new NotReady(`${spec.name}: SSH does not answer on ${host}:${port}: ${silent}; ${more}`, seen);
}

async function create(owner: Owner, spec: MachineSpec, keys: MachineKeys, signal: AbortSignal): Promise<MachineFacts> {
  if ((await orNull(docker().getImage(spec.image).inspect())) === null)
    throw new Error(`image: Docker has no image "${spec.image}": run set-up again (npm run setup)`);
  await clearName(owner, spec.name);
  let container: Docker.Container;
  try {
    const [network, binds] = await Promise.all([ensureNetwork(owner.lab, spec.network), plant(owner, spec)]);
    signal.throwIfAborted();
    container = await start(owner, spec, keys, binds, network);
  } catch (error) {
    // Nothing that the engine of the stack has no record of may stay. The first error is the one to tell.
    await uproot(owner, spec).catch(() => undefined);
    await releaseNetworks(owner.lab, spec.network.subnet).catch(() => undefined);
    throw signal.aborted ? new Error(`${spec.name}: interrupted before it was made`) : error;
  }
  return answering(container, spec, signal);
}

async function update(driverId: string, spec: MachineSpec, signal: AbortSignal): Promise<MachineFacts> {
  const container = docker().getContainer(driverId);
  const info = await orNull(container.inspect());
  if (info === null) throw new Error(`${spec.name}: its container is gone: run \`pulumi refresh\`, then \`pulumi up\``);
  await container.update(limits(spec, facts(info)));
  if (info.State.Paused) await container.unpause();
  else if (!info.State.Running)
    await container.start().catch((error: Error) => {
      if (PORT_TAKEN.test(error.message))
        throw new Error(
          `${spec.name}: another program took a loopback port of the machine while it was stopped: end that program, or make the machine anew (pulumi up --target-replace). ${error.message}`,
        );
      throw error;
    });
  return answering(container, spec, signal);
}

async function remove(owner: Owner, driverId: string, spec: MachineSpec): Promise<void> {
  await forceRemove(driverId);
  await uproot(owner, spec);
  await releaseNetworks(owner.lab, spec.network.subnet);
}

async function cleanup(lab: string): Promise<string[]> {
  const containers = await containersOf(lab);
  await Promise.all(containers.map((c) => forceRemove(c.Id)));
  const trees = await uprootLab(lab);
  const networks = await releaseNetworks(lab);
  return [
    ...containers.map((c) => `container ${c.Names[0]?.slice(1)}`),
    ...trees,
    ...networks.map((n) => `network ${n}`),
  ];
}

const explained =
  <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
  (...args: A): Promise<R> =>
    work(...args).catch((error: unknown) => {
      throw explain(error);
    });

/** Machines as containers that run systemd; cables as veth pairs between their network namespaces. */
export const dockerDriver: Driver = {
  create: explained(create),
  read: explained(async (driverId) => {
    const info = await orNull(docker().getContainer(driverId).inspect());
    return info === null ? null : facts(info);
  }),
  update: explained(update),
  remove: explained(remove),
  endpoint: explained(endpoint),
  cleanup: explained(cleanup),
  machines: explained(statusesOf),
  removalOf,
  doctor: dockerDoctor,
};
