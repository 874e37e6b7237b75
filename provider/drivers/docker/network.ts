import { Address4 } from "ip-address";
import { docker, LABEL, orNull, statusOf } from "./engine";

let turn: Promise<unknown> = Promise.resolve();
/** Makings and removals of networks come one after another: the engine does not tell two of one name apart. */
function exclusive<T>(work: () => Promise<T>): Promise<T> {
  const next = turn.catch(() => undefined).then(work);
  turn = next;
  return next;
}

const overlap = (a: string, b: string): boolean => { const [x, y] = [new Address4(a), new Address4(b)]; return x.isInSubnet(y) || y.isInSubnet(x); };

/**
 * The lab's management network: made by the first machine that needs it.
 *
 * @throws Error when the name is taken by a network that is not this lab's, or its subnet by another network.
 */
export function ensureNetwork(lab: string, network: { name: string; subnet: string }): Promise<void> {
  return exclusive(async () => {
    const all = await docker.listNetworks();
    const existing = all.find((n) => n.Name === network.name);
    if (existing !== undefined) {
      if (existing.Labels?.[LABEL.lab] !== lab)
        throw new Error(`network.name: Docker already has a network "${network.name}" that is not of ${lab}: remove it (docker network rm ${network.name}) or give the lab another name`);
      if (existing.IPAM?.Config?.[0]?.Subnet === network.subnet) return;
      if (Object.keys((await docker.getNetwork(existing.Id).inspect() as { Containers?: object }).Containers ?? {}).length > 0)
        throw new Error(`network.subnet: "${network.name}" is in use with ${existing.IPAM?.Config?.[0]?.Subnet}, ${network.subnet} is asked for: run \`fabriclab down\` first`);
      await docker.getNetwork(existing.Id).remove();
    }
    for (const other of all) {
      const clash = other.Id === existing?.Id ? undefined : other.IPAM?.Config?.find((c) => c.Subnet !== undefined && !c.Subnet.includes(":") && overlap(c.Subnet, network.subnet));
      if (clash !== undefined) throw new Error(`management.subnet: ${network.subnet} overlaps ${clash.Subnet} of Docker network "${other.Name}": choose another management.subnet, or remove that network`);
    }
    await docker.createNetwork({ Name: network.name, Driver: "bridge", CheckDuplicate: true, Labels: { [LABEL.lab]: lab }, IPAM: { Driver: "default", Config: [{ Subnet: network.subnet }] } });
  });
}

/** Removes a network of the lab once no container is on it. */
export function releaseNetwork(lab: string, name: string): Promise<void> {
  return exclusive(async () => {
    const network = (await docker.listNetworks({ filters: { label: [`${LABEL.lab}=${lab}`] } })).find((n) => n.Name === name);
    if (network === undefined) return;
    const info = await orNull(docker.getNetwork(network.Id).inspect() as Promise<{ Containers?: object }>);
    if (info === null || Object.keys(info.Containers ?? {}).length > 0) return;
    try { await docker.getNetwork(network.Id).remove(); }
    catch (error) { if (![404, 403].includes(statusOf(error) ?? 0)) throw error; } // 403: a machine came onto it meanwhile
  });
}
