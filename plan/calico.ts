import type { LabSpec } from "../lab-spec";
import type { CalicoEncapsulation, CalicoRouting } from "./types";

/** A lab as written, and its plan. */
interface Routed {
  readonly routing: CalicoRouting;
}

/** Whether nodes speak BGP at all: calico-node then runs BIRD. Null is a lab without nodes. */
export function nodesSpeakBgp(calico: Routed | null): boolean {
  return calico !== null && calico.routing !== "felix";
}

/** Whether Felix puts the routes to other nodes' pods into the kernel, as it does for VXLAN whoever distributes them; for all else BIRD does. */
export function felixRoutesPods(calico: { readonly encapsulation: CalicoEncapsulation } | null): boolean {
  return calico?.encapsulation.kind === "vxlan";
}

/** Whether leaves learn the nodes' pod blocks: each node peers with its leaf, or the reflectors do. Where they don't, pods go out with their node's address. */
export function fabricKnowsPods(calico: Routed | null): boolean {
  return calico?.routing === "fabric" || calico?.routing === "reflectors";
}

/** Whether a node has a session with its leaf: all do, or only the reflectors where there are any. */
export function peersWithLeaf(
  node: { readonly spec: { readonly name: string } },
  { calico }: Pick<LabSpec, "calico">,
): boolean {
  const { routeReflectors } = calico.bgp;
  return fabricKnowsPods(calico) && (routeReflectors.length === 0 || routeReflectors.includes(node.spec.name));
}

/** Whether nodes have sessions with a load balancer: not where its own neighbors are written, and none of them is a node (but its leaf, say). */
export function peersWithBalancer(
  nodes: readonly { readonly address: { readonly value: string | null } }[],
  { spec }: { readonly spec: { readonly neighbors: readonly { readonly address: string }[] | null } },
): boolean {
  const { neighbors } = spec;
  return (
    neighbors === null ||
    neighbors.length === 0 ||
    neighbors.some(({ address }) => nodes.some((node) => node.address.value === address))
  );
}
