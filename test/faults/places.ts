import { clusterLab } from "../../plan/cluster";
import type { LabPlan } from "../../plan";
import { homeOf, hostsOf, leavesOf, nodesOf, spinesOf } from "../../plan/lookup";
import type { Places } from "./fault";

function some<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the lab has no ${what}`);
  return value;
}

/** @throws Error that names what the lab has too little of */
export function placesIn(plan: LabPlan, stack: string): Places {
  const { cluster } = clusterLab(plan);
  const leaf = some(leavesOf(plan)[0], "leaf");
  const spine = some(spinesOf(plan)[0], "spine");
  const far = some(leavesOf(plan).at(-1), "leaf");
  const worker = some(
    nodesOf(plan).find((node) => node.role === "worker" && homeOf(node).leaf === far.name),
    `worker on ${far.name}`,
  );
  const session = some(
    leaf.neighbors.find(({ machine }) => machine === spine.name),
    `session of ${leaf.name} with ${spine.name}`,
  );
  const toLeaf = some(
    spine.neighbors.find(({ machine }) => machine === leaf.name),
    `session of ${spine.name} with ${leaf.name}`,
  );
  const [gateway = "", length = "24"] = some(leaf.bridge ?? undefined, `bridge on ${leaf.name}`).address.split("/");
  return {
    plan,
    spine: spine.name,
    spineAs: spine.as,
    leaf: leaf.name,
    leafAs: leaf.as,
    gateway,
    gatewayLength: Number(length),
    uplink: toLeaf.interface,
    spineAddress: session.address,
    leafAddress: toLeaf.address,
    worker: worker.name,
    workerPort: homeOf(worker).interface,
    workerGateway: homeOf(worker).gateway,
    controlPlane: cluster.controlPlane,
    podRange: cluster.podCidr,
    host: hostsOf(plan)[0]?.name ?? null,
    farSubnet: some(far.networks.find((prefix) => prefix.endsWith("/24")) ?? far.networks[0], `network on ${far.name}`),
    container: (machine) => `fabriclab-${stack}-${machine}`,
  };
}
