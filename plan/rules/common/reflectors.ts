import type { Allocation, NodeAllocation } from "../../allocate";

/** Nodes that reflect, where Calico speaks BGP. */
export function reflectorsOf({ spec, nodes }: Allocation): NodeAllocation[] {
  const { mode, bgp } = spec.calico;
  return mode === "bgp" ? nodes.filter((node) => bgp.routeReflectors.includes(node.spec.name)) : [];
}
