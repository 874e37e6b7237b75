import type { LinkAllocation } from "../allocate";
import type { NetscalerPlan, NodePlan, SessionEnd, SessionPlan } from "../types";
import { hostPart } from "../render/text";
import { linkName } from "./names";
import { sure } from "./order";

export function fabricSession(link: LinkAllocation): SessionPlan {
  const addresses = sure(link.addresses);
  const a = { machine: link.leaf.name, address: addresses.leaf, as: sure(link.leaf.as.value) };
  const b = { machine: link.spine.name, address: addresses.spine, as: sure(link.spine.as.value) };
  return { name: linkName(link), kind: "fabric", link: linkName(link), a, b, type: typeOf(a, b) };
}

/** Sessions of nodes with their leaves, with each other and with the load balancer, in this order. */
export function serverSessions(nodes: readonly NodePlan[], netscaler: NetscalerPlan | null): SessionPlan[] {
  const end = (of: NodePlan, as: number): SessionEnd => ({ machine: of.name, address: hostPart(of.address), as });
  const toLeaf = nodes.flatMap((node): SessionPlan[] =>
    (node.bgp?.neighbors ?? [])
      .filter((each) => each.kind === "leaf")
      .map((each) => {
        const a = end(node, node.bgp?.as ?? 0);
        const b = { machine: node.leaf, address: each.address, as: each.remoteAs };
        return {
          name: `${node.name}-${node.leaf}`,
          kind: "node",
          link: `${node.name}-${node.leaf}`,
          a,
          b,
          type: typeOf(a, b),
        };
      }),
  );
  const among = nodes.flatMap((node, i): SessionPlan[] =>
    nodes.slice(i + 1).flatMap((other) => {
      const neighbor = node.bgp?.neighbors.find((each) => each.machine === other.name);
      if (neighbor === undefined || node.bgp === null || other.bgp === null) return [];
      const [a, b] = [end(node, node.bgp.as), end(other, other.bgp.as)];
      return [
        {
          name: `${node.name}-${other.name}`,
          kind: neighbor.kind === "mesh" ? "mesh" : "reflector",
          link: null,
          a,
          b,
          type: typeOf(a, b),
        },
      ];
    }),
  );
  const balanced = nodes.flatMap((node): SessionPlan[] => {
    if (netscaler === null || node.bgp === null || !netscaler.neighbors.some((each) => each.machine === node.name))
      return [];
    const a = end(node, node.bgp.as);
    const b = { machine: netscaler.name, address: hostPart(netscaler.address), as: netscaler.as };
    return [{ name: `${node.name}-${netscaler.name}`, kind: "netscaler", link: null, a, b, type: typeOf(a, b) }];
  });
  return [...toLeaf, ...among, ...balanced];
}

function typeOf(a: SessionEnd, b: SessionEnd): SessionPlan["type"] {
  return a.as === b.as ? "ibgp" : "ebgp";
}
