import type { Allocation, NodeAllocation } from "../../allocate";
import { nodesOf } from "../../lookup";

/** Whether every reflector named is a node; if not, what the others lack can't be told yet. */
export function allKnown(lab: Allocation): boolean {
  const nodes = nodesOf(lab);
  return lab.spec.calico.bgp.routeReflectors.every((name) => nodes.some((node) => node.spec.name === name));
}

/** Nodes that reflect, where Calico speaks BGP. */
export function reflectorsOf(lab: Allocation): NodeAllocation[] {
  const { mode, bgp } = lab.spec.calico;
  return mode === "bgp" ? nodesOf(lab).filter((node) => bgp.routeReflectors.includes(node.spec.name)) : [];
}
