import type { Allocation, Setting } from "../../allocate";
import { balancersOf, leavesOf, nodesOf } from "../../lookup";

/** An AS number in use, with who has it. */
export interface AsUse {
  readonly who: string;
  readonly as: Setting<number | null>;
}

/** AS numbers of switches, of the nodes where Calico speaks BGP, and of the load balancer. */
export function asUses(lab: Allocation): AsUse[] {
  return [
    ...lab.switches.map(({ name, as }) => ({ who: name, as })),
    ...nodeAsUses(lab),
    ...balancersOf(lab).map(({ spec }) => ({
      who: spec.name,
      as: { path: `${spec.path}.as`, value: spec.as, given: true },
    })),
  ];
}

/** AS numbers of the nodes: the cluster's, or one a rack that has nodes; none where Calico has BGP off. */
export function nodeAsUses(lab: Allocation): AsUse[] {
  const { mode, bgp } = lab.spec.calico;
  const nodes = nodesOf(lab);
  if (mode !== "bgp") return [];
  if (bgp.nodeAs === "cluster") return [{ who: "Calico", as: { path: "calico.bgp.as", value: bgp.as, given: true } }];
  return leavesOf(lab)
    .filter((leaf) => leaf.index.value !== null && nodes.some((node) => node.leaf === leaf))
    .map((leaf) => ({
      who: `every node on ${leaf.name}`,
      as: { path: "calico.bgp.rackAsBase", value: bgp.rackAsBase + (leaf.index.value ?? 0), given: true },
    }));
}
