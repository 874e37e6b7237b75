import { Address4 } from "ip-address";
import type { NetworkInspectInfo } from "dockerode";
import { bulkhead } from "cockatiel";
import { docker } from "../../../docker/client";
import { isMissing, statusOf } from "../../../docker/engine";
import { LABEL } from "./engine";

/** Networks are made and removed one after another: two machines of a lab must not both make its network. */
const oneByOne = bulkhead(1, Infinity);

interface ManagementNetwork {
  readonly name: string;
  readonly subnet: string;
}

const overlap = (a: string, b: string): boolean => {
  const [x, y] = [new Address4(a), new Address4(b)];
  return x.isInSubnet(y) || y.isInSubnet(x);
};
const isOf = (lab: string, n: NetworkInspectInfo): boolean => n.Labels?.[LABEL.lab] === lab;
const hasSubnet = (n: NetworkInspectInfo, subnet: string): boolean =>
  n.IPAM?.Config?.some((c) => c.Subnet === subnet) ?? false;

/**
 * The lab's management network, made by the first machine that needs it.
 *
 * A lab whose subnet changes has two for a while: machines move one by one, so the second has the subnet in its name.
 *
 * @returns its name at the engine.
 * @throws Error when the name is taken by a network that is not this lab's, or its subnet by another network.
 */
export function ensureNetwork(lab: string, network: ManagementNetwork): Promise<string> {
  return oneByOne.execute(async () => {
    const all = await docker().listNetworks();
    const own = all.find((n) => isOf(lab, n) && hasSubnet(n, network.subnet));
    if (own !== undefined) return own.Name;
    const namesake = all.find((n) => n.Name === network.name);
    if (namesake !== undefined && !isOf(lab, namesake))
      throw new Error(
        `network.name: Docker already has a network "${network.name}" that is not of ${lab}: remove it (docker network rm ${network.name}) or give the lab another name`,
      );
    for (const other of all) {
      const clash = other.IPAM?.Config?.find(
        (c) => c.Subnet !== undefined && !c.Subnet.includes(":") && overlap(c.Subnet, network.subnet),
      );
      if (clash === undefined) continue;
      throw new Error(
        `network.subnet: ${network.subnet} overlaps ${clash.Subnet} of Docker network "${other.Name}"${isOf(lab, other) ? " of this lab: destroy the lab first" : `: choose another management.subnet, or remove that network (docker network rm ${other.Name})`}`,
      );
    }
    const name = namesake === undefined ? network.name : `${network.name}-${network.subnet.replace("/", "-")}`;
    await docker().createNetwork({
      Name: name,
      Driver: "bridge",
      CheckDuplicate: true,
      Labels: { [LABEL.lab]: lab },
      IPAM: { Driver: "default", Config: [{ Subnet: network.subnet }] },
    });
    return name;
  });
}

/** Removes networks of a lab (the one of a subnet, or all) that no container is on, be it stopped. @returns names of the removed. */
export function releaseNetworks(lab: string, subnet?: string): Promise<string[]> {
  return oneByOne.execute(async () => {
    const removed: string[] = [];
    for (const network of await docker().listNetworks({ filters: { label: [`${LABEL.lab}=${lab}`] } })) {
      if (subnet !== undefined && !hasSubnet(network, subnet)) continue;
      if ((await docker().listContainers({ all: true, filters: { network: [network.Id] } })).length > 0) continue;
      try {
        await docker().getNetwork(network.Id).remove();
        removed.push(network.Name);
      } catch (error) {
        // 403: a machine came onto it meanwhile.
        if (!isMissing(error) && statusOf(error) !== 403) throw error;
      }
    }
    return removed;
  });
}
