import { hostPart } from "./render/text";
import { VXLAN_OVERHEAD } from "./mtu";
import type { Address, LabPlan } from "./types";

/** TTL Linux gives a packet. */
const INITIAL_TTL = 64;

/** What carries a pod's packet on the wire between two nodes. */
export interface Encapsulation {
  readonly kind: "vxlan";
  readonly vni: number;
  /** Outer UDP destination port. */
  readonly port: number;
  /** Outer addresses: the nodes'. */
  readonly source: Address;
  readonly destination: Address;
  /** Bytes added to the inner IP packet, as the outer IP packet counts them. */
  readonly overhead: number;
}

/** What a packet from a pod on one node to a pod on another goes through. */
export interface PodPath {
  readonly from: string;
  readonly to: string;
  /** TTL with which it arrives: each node it is routed through takes one, the fabric sees only the outer header. */
  readonly ttl: number;
  /** Null within a node. */
  readonly encapsulation: Encapsulation | null;
  /** Largest IP packet a pod may send, bytes. */
  readonly mtu: number;
  /** Switches that carry it; a list of choices where the fabric spreads flows over spines. */
  readonly via: readonly (readonly string[])[];
}

/** The path of every ordered pair of nodes, a node with itself included, in the plan's order of nodes. */
export function podPaths(plan: LabPlan): PodPath[] {
  return plan.nodes.flatMap((from) => plan.nodes.map((to) => podPath(plan, from, to)));
}

function podPath(plan: LabPlan, from: LabPlan["nodes"][number], to: LabPlan["nodes"][number]): PodPath {
  const { calico } = plan;
  if (from.name === to.name) return { from: from.name, to: to.name, ttl: INITIAL_TTL - 1, encapsulation: null, mtu: calico.podMtu, via: [] };
  const spines = plan.switches.filter((each) => each.role === "spine").map((each) => each.name);
  return {
    from: from.name,
    to: to.name,
    ttl: INITIAL_TTL - 2,
    encapsulation: {
      kind: "vxlan",
      vni: calico.vni,
      port: calico.port,
      source: hostPart(from.address),
      destination: hostPart(to.address),
      overhead: VXLAN_OVERHEAD,
    },
    mtu: calico.podMtu,
    via: from.leaf === to.leaf ? [[from.leaf]] : [[from.leaf], spines, [to.leaf]],
  };
}
