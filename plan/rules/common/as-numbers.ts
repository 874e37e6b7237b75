import type { Allocation, Setting } from "../../allocate";
import { nodesSpeakBgp } from "../../calico";

/** An AS number in use, with who has it. */
export interface AsUse {
  readonly who: string;
  readonly as: Setting<number | null>;
}

/** AS numbers of switches, of the nodes where Calico speaks BGP, and of the load balancer. */
export function asUses(lab: Allocation): AsUse[] {
  const { spines, leaves, netscaler } = lab;
  return [
    ...[...spines, ...leaves].map(({ name, as }) => ({ who: name, as })),
    ...nodeAsUses(lab),
    ...(netscaler === null
      ? []
      : [{ who: netscaler.spec.name, as: { path: "netscaler.as", value: netscaler.spec.as, given: true } }]),
  ];
}

/** AS numbers of the nodes: the cluster's, or one a rack that has nodes; none where Calico has BGP off. */
export function nodeAsUses({ spec, leaves, nodes }: Allocation): AsUse[] {
  const { bgp } = spec.calico;
  if (!nodesSpeakBgp(spec.calico)) return [];
  if (bgp.nodeAs === "cluster") return [{ who: "Calico", as: { path: "calico.bgp.as", value: bgp.as, given: true } }];
  return leaves
    .filter((leaf) => leaf.index.value !== null && nodes.some((node) => node.leaf === leaf))
    .map((leaf) => ({
      who: `every node on ${leaf.name}`,
      as: { path: "calico.bgp.rackAsBase", value: bgp.rackAsBase + (leaf.index.value ?? 0), given: true },
    }));
}
