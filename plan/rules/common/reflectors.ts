import type { Allocation, NodeAllocation } from "../../allocate";
import { nodesSpeakBgp } from "../../calico";

/** Whether every reflector named is a node; if not, what the others lack can't be told yet. */
export function allKnown({ spec, nodes }: Allocation): boolean {
  return spec.calico.bgp.routeReflectors.every((name) => nodes.some((node) => node.spec.name === name));
}

/** Nodes that reflect, where Calico speaks BGP. */
export function reflectorsOf({ spec, nodes }: Allocation): NodeAllocation[] {
  const { bgp } = spec.calico;
  return nodesSpeakBgp(spec.calico) ? nodes.filter((node) => bgp.routeReflectors.includes(node.spec.name)) : [];
}
