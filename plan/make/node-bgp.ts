import type { LabSpec } from "../../lab-spec";
import type { Allocation, NodeAllocation } from "../allocate";
import { nodesSpeakBgp, peersWithLeaf } from "../calico";
import type { NeighborPlan, NodeBgpPlan } from "../types";
import { UPLINK } from "./names";
import { sure } from "./order";
import { settings, sortNeighbors } from "./settings";

/** BIRD merges this many equal paths (Calico's bird.cfg: `merge paths on` without a limit takes BIRD's default of 16). */
const BIRD_MAXIMUM_PATHS = 16;

/** AS number of a node: the cluster's, or its rack's. */
export function nodeAs(node: NodeAllocation, spec: LabSpec): number {
  const { nodeAs: scheme, as, rackAsBase } = spec.calico.bgp;
  return scheme === "cluster" ? as : rackAsBase + sure(sure(node.leaf).index.value);
}

export function nodeBgp(node: NodeAllocation, lab: Allocation): NodeBgpPlan | null {
  const { spec } = lab;
  if (!nodesSpeakBgp(spec.calico)) return null;
  const { routeReflectors, clusterId } = spec.calico.bgp;
  const neighbors = [
    ...leafNeighbor(node, spec),
    ...lab.nodes.filter((other) => other !== node).flatMap((other) => nodeNeighbor(node, other, spec)),
    ...netscalerNeighbor(node, lab),
  ];
  return {
    as: nodeAs(node, spec),
    clusterId: routeReflectors.includes(node.spec.name) ? clusterId : null,
    maximumPaths: BIRD_MAXIMUM_PATHS,
    multipathRelax: true,
    neighbors: sortNeighbors(neighbors),
  };
}

function leafNeighbor(node: NodeAllocation, spec: LabSpec): NeighborPlan[] {
  if (!peersWithLeaf(node, spec)) return [];
  const leaf = sure(node.leaf);
  const { nodeAs: scheme, acrossRacks, keepalive, hold, password } = spec.calico.bgp;
  return [
    {
      kind: "leaf",
      address: sure(leaf.gateway),
      machine: leaf.name,
      interface: "bridge",
      ...settings({
        remoteAs: sure(leaf.as.value),
        allowasIn: scheme === "cluster" && acrossRacks === "allowas-in" ? 1 : 0,
        // Routes of other nodes that a node passes on keep the node that owns them as next hop: the leaf takes those of its own rack, and no loop is made.
        nextHopUnchanged: true,
        keepalive,
        hold,
        password,
      }),
    },
  ];
}

/** Mesh: everyone with everyone. Reflectors: each other, and every other node as a client. */
function nodeNeighbor(node: NodeAllocation, other: NodeAllocation, spec: LabSpec): NeighborPlan[] {
  const { mesh, routeReflectors } = spec.calico.bgp;
  const [here, there] = [routeReflectors.includes(node.spec.name), routeReflectors.includes(other.spec.name)];
  const kind = mesh ? "mesh" : there ? "reflector" : here ? "client" : null;
  if (kind === null) return [];
  const common = { address: sure(other.address.value), machine: other.spec.name, interface: UPLINK };
  return [{ kind, ...common, ...settings({ remoteAs: nodeAs(other, spec), routeReflectorClient: kind === "client" }) }];
}

function netscalerNeighbor(node: NodeAllocation, { spec, netscaler }: Allocation): NeighborPlan[] {
  if (netscaler === null) return [];
  const multihop = netscaler.leaf === node.leaf ? null : 255;
  return [
    {
      kind: "netscaler",
      address: sure(netscaler.address.value),
      machine: netscaler.spec.name,
      interface: UPLINK,
      ...settings({ remoteAs: spec.netscaler?.as ?? 0, multihop }),
    },
  ];
}
