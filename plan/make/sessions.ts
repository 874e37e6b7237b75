import type { LinkAllocation } from "../allocate";
import { addressOf, balancersOf, nodesOf } from "../lookup";
import type { NeighborPlan, NodeBgpPlan, NodePlan, ServerPlan, SessionEnd, SessionPlan } from "../types";
import { linkName } from "./common/names";
import { sure } from "./common/order";

export function fabricSession(link: LinkAllocation): SessionPlan {
  const addresses = sure(link.addresses);
  const a = { machine: link.lower.name, address: addresses.lower, as: sure(link.lower.as.value) };
  const b = { machine: link.upper.name, address: addresses.upper, as: sure(link.upper.as.value) };
  return { name: linkName(link), kind: "fabric", link: linkName(link), a, b, type: typeOf(a, b) };
}

/** A node that speaks BGP. */
type Speaker = NodePlan & { readonly bgp: NodeBgpPlan };

/** Sessions of nodes with their leaves, with each other and with load balancers, in this order. */
export function serverSessions(servers: readonly ServerPlan[]): SessionPlan[] {
  const speakers = nodesOf({ servers }).filter((node): node is Speaker => node.bgp !== null);
  return [
    ...speakers.flatMap(withLeaf),
    ...speakers.flatMap((node, i) => speakers.slice(i + 1).flatMap((other) => among(node, other))),
    ...balancersOf({ servers }).flatMap((balancer) =>
      speakers
        .filter((node) => balancer.neighbors.some((each) => each.machine === node.name))
        .map((node): SessionPlan => {
          const [a, b] = [end(node), { machine: balancer.name, address: addressOf(balancer), as: balancer.as }];
          const name = `${node.name}-${balancer.name}`;
          return { name, kind: "netscaler", link: null, a, b, type: typeOf(a, b) };
        }),
    ),
  ];
}

/** The session of a node with each leaf that it is cabled to and names. */
function withLeaf(node: Speaker): SessionPlan[] {
  return node.bgp.neighbors.flatMap((each) =>
    each.kind === "leaf" && each.machine !== null ? [leafSession(node, each, each.machine)] : [],
  );
}

function leafSession(node: Speaker, { address, remoteAs }: NeighborPlan, leaf: string): SessionPlan {
  const [a, b] = [end(node), { machine: leaf, address, as: remoteAs }];
  const name = `${node.name}-${leaf}`;
  return { name, kind: "node", link: name, a, b, type: typeOf(a, b) };
}

function among(node: Speaker, other: Speaker): SessionPlan[] {
  const neighbor = node.bgp.neighbors.find((each) => each.machine === other.name);
  if (neighbor === undefined) return [];
  const [a, b] = [end(node), end(other)];
  const kind = neighbor.kind === "mesh" ? "mesh" : "reflector";
  return [{ name: `${node.name}-${other.name}`, kind, link: null, a, b, type: typeOf(a, b) }];
}

function end(of: Speaker): SessionEnd {
  return { machine: of.name, address: addressOf(of), as: of.bgp.as };
}

function typeOf(a: SessionEnd, b: SessionEnd): SessionPlan["type"] {
  return a.as === b.as ? "ibgp" : "ebgp";
}
