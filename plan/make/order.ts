import type { HostAllocation, LinkAllocation, NodeAllocation, SwitchAllocation } from "../allocate";

/** A value that the rules have shown to be there. */
export function sure<T>(value: T | null): T {
  if (value === null) throw new Error("a rule let an incomplete allocation pass");
  return value;
}

export function byIndex<T extends SwitchAllocation>(switches: readonly T[]): T[] {
  return [...switches].sort((a, b) => sure(a.index.value) - sure(b.index.value));
}

export function sortLinks(links: readonly LinkAllocation[]): LinkAllocation[] {
  return [...links].sort(
    (a, b) =>
      sure(a.leaf.index.value) - sure(b.leaf.index.value) || sure(a.spine.index.value) - sure(b.spine.index.value),
  );
}

/** Control plane first, then by leaf and number. */
export function sortNodes(nodes: readonly NodeAllocation[]): NodeAllocation[] {
  const rank = (node: NodeAllocation): number => (node.spec.role === "control-plane" ? 0 : 1);
  return [...nodes].sort((a, b) => rank(a) - rank(b) || byLeaf(a, b));
}

/** By leaf and number. */
export function sortServers<T extends HostAllocation | NodeAllocation>(servers: readonly T[]): T[] {
  return [...servers].sort(byLeaf);
}

function byLeaf(a: HostAllocation | NodeAllocation, b: HostAllocation | NodeAllocation): number {
  return sure(sure(a.leaf).index.value) - sure(sure(b.leaf).index.value) || sure(a.index.value) - sure(b.index.value);
}
