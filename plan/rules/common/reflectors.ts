import type { Allocation, NodeAllocation } from "../../allocate";
import { nodesSpeakBgp } from "../../calico";
import { nodesOf } from "../../lookup";

/** Whether every reflector named is a node; if not, what the others lack can't be told yet. */
export function allKnown(lab: Allocation): boolean {
  const nodes = nodesOf(lab);
  return lab.spec.calico.bgp.routeReflectors.every((name) => nodes.some((node) => node.spec.name === name));
}

/** Nodes that reflect, where Calico speaks BGP. */
export function reflectorsOf(lab: Allocation): NodeAllocation[] {
  const { calico } = lab.spec;
  if (!nodesSpeakBgp(calico)) return [];
  return nodesOf(lab).filter((node) => calico.bgp.routeReflectors.includes(node.spec.name));
}
