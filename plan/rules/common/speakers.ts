import { holds, knownAddress, knownRange, type PrefixRange } from "../../../lab-spec/ip";
import { nodesSpeakBgp, peersWithBalancer, peersWithLeaf } from "../../calico";
import type { Allocation, LeafAllocation, ServerAllocation, Setting } from "../../allocate";
import { balancersOf, leavesOf, nodesOf } from "../../lookup";

/** A router of the lab, or a machine that might be taken for one. */
export interface SpecSpeaker {
  readonly name: string;
  readonly kind: "switch" | "node" | "load balancer" | "host";
  /** Null: speaks no BGP. */
  readonly as: Setting<number | null> | null;
  readonly addresses: readonly string[];
  /** Of a switch. */
  readonly loopback: string | null;
  /** Subnets it is connected to. */
  readonly subnets: readonly {
    readonly text: string;
    readonly range: PrefixRange;
    readonly values: Readonly<Record<string, string>>;
  }[];
}

/** A neighbor statement that the spec holds. */
export interface WrittenNeighbor {
  readonly path: string;
  readonly by: SpecSpeaker;
  readonly address: string;
  /** Null: that of whoever has the address. */
  readonly remoteAs: number | null;
  readonly multihop: boolean;
  /** Who has the address in this lab. */
  readonly owner: SpecSpeaker | null;
}

export interface WrittenSessions {
  readonly speakers: readonly SpecSpeaker[];
  readonly written: readonly WrittenNeighbor[];
  /** "a b" where a names b (or listens to its address), derived or written. */
  readonly names: ReadonlySet<string>;
}

/** Several rules ask for the same lab. */
const known = new WeakMap<Allocation, WrittenSessions>();

/** Who speaks BGP, with which addresses, and who names whom. */
export function writtenSessionsOf(lab: Allocation): WrittenSessions {
  const sessions = known.get(lab) ?? findSessions(lab);
  known.set(lab, sessions);
  return sessions;
}

function findSessions(lab: Allocation): WrittenSessions {
  // Most labs have nothing written by hand: what is derived agrees by itself.
  if (balancersOf(lab).length === 0 && lab.switches.every((each) => each.spec.neighbors.length === 0))
    return { speakers: [], written: [], names: new Set() };
  const speakers = [...switchSpeakers(lab), ...lab.servers.map((server) => serverSpeaker(server, lab))];
  const owners = new Map(
    speakers.flatMap((speaker) => speaker.addresses.map((address) => [address, speaker] as const)).reverse(),
  );
  const byName = new Map(speakers.map((speaker) => [speaker.name, speaker]));
  const written = writtenNeighbors(lab, byName, owners);
  return {
    speakers,
    written,
    names: new Set([
      ...derivedPairs(lab),
      ...written.flatMap(({ by, owner }) => (owner === null ? [] : [pair(by.name, owner.name)])),
    ]),
  };
}

/** Whether a neighbor lies on no connected subnet, and isn't said to be behind a router. */
export function isOffSubnet({ by, address, multihop }: WrittenNeighbor): boolean {
  return !multihop && by.subnets.length > 0 && !by.subnets.some(({ range }) => holds(range, knownAddress(address)));
}

export const pair = (from: string, to: string): string => `${from} ${to}`;

function switchSpeakers(lab: Allocation): SpecSpeaker[] {
  const { switches, links } = lab;
  const leaves = leavesOf(lab);
  return switches.map((each): SpecSpeaker => {
    const own = links
      .filter((link) => link.upper === each || link.lower === each)
      .flatMap(({ addresses, upper }) =>
        addresses === null ? [] : [{ own: upper === each ? addresses.upper : addresses.lower, first: addresses.upper }],
      );
    const leaf = leaves.find((other) => other === each);
    const subnet = leaf?.serverSubnet.value ?? null;
    return {
      name: each.name,
      kind: "switch",
      as: each.as,
      loopback: each.loopback.value,
      addresses: [each.loopback.value, leaf?.gateway ?? null, ...own.map((link) => link.own)].filter(
        (address) => address !== null,
      ),
      subnets: [
        ...own.map((link) => connected(`${link.first}/31`, {})),
        ...(leaf === undefined || subnet === null ? [] : [connected(subnet, { [leaf.serverSubnet.path]: subnet })]),
      ],
    };
  });
}

function serverSpeaker(server: ServerAllocation, lab: Allocation): SpecSpeaker {
  return {
    name: server.spec.name,
    kind: server.kind === "balancer" ? "load balancer" : server.kind,
    as: serverAs(server, lab),
    loopback: null,
    addresses: server.address.value === null ? [] : [server.address.value],
    subnets: onLeaf(server.leaf),
  };
}

function serverAs(server: ServerAllocation, { spec }: Allocation): SpecSpeaker["as"] {
  const { bgp } = spec.calico;
  switch (server.kind) {
    case "host":
      return null;
    case "balancer":
      return { path: `${server.spec.path}.as`, value: server.spec.as, given: true };
    case "node": {
      if (!nodesSpeakBgp(spec.calico)) return null;
      if (bgp.nodeAs === "cluster") return { path: "calico.bgp.as", value: bgp.as, given: true };
      const index = server.leaf?.index.value ?? null;
      return { path: "calico.bgp.rackAsBase", value: index === null ? null : bgp.rackAsBase + index, given: true };
    }
  }
}

function onLeaf(leaf: LeafAllocation | null): SpecSpeaker["subnets"] {
  const subnet = leaf?.serverSubnet.value ?? null;
  return leaf === null || subnet === null ? [] : [connected(subnet, { [leaf.serverSubnet.path]: subnet })];
}

function connected(text: string, values: Record<string, string>): SpecSpeaker["subnets"][number] {
  return { text, range: knownRange(text), values };
}

function writtenNeighbors(
  lab: Allocation,
  byName: ReadonlyMap<string, SpecSpeaker>,
  owners: ReadonlyMap<string, SpecSpeaker>,
): WrittenNeighbor[] {
  const from = (
    name: string,
    each: { path: string; address: string; remoteAs: number | null },
    multihop: boolean,
  ): WrittenNeighbor[] => {
    const by = byName.get(name);
    return by === undefined
      ? []
      : [
          {
            path: each.path,
            by,
            address: each.address,
            remoteAs: each.remoteAs,
            multihop,
            owner: owners.get(each.address) ?? null,
          },
        ];
  };
  return [
    ...lab.switches.flatMap((each) =>
      each.spec.neighbors.flatMap((neighbor) => from(each.name, neighbor, neighbor.multihop !== null)),
    ),
    // The load balancer reaches nodes of other racks by multihop by itself.
    ...balancersOf(lab).flatMap(({ spec }) =>
      (spec.neighbors ?? []).flatMap((neighbor) =>
        from(
          spec.name,
          neighbor,
          nodesOf(lab).some((node) => node.address.value === neighbor.address),
        ),
      ),
    ),
  ];
}

/** Sessions that the plan makes by itself: both ends of links, nodes with their leaf and with the load balancer. (Those among nodes have no other end to write.) */
function derivedPairs(lab: Allocation): string[] {
  const { links, spec } = lab;
  const nodes = nodesOf(lab);
  const fabric = links.flatMap(({ lower, upper }) => [pair(lower.name, upper.name), pair(upper.name, lower.name)]);
  if (!nodesSpeakBgp(spec.calico)) return fabric;
  const racks = nodes.flatMap((node) =>
    node.leaf === null || !peersWithLeaf(node, spec)
      ? []
      : [pair(node.spec.name, node.leaf.name), pair(node.leaf.name, node.spec.name)],
  );
  const peering = balancersOf(lab).filter((each) => peersWithBalancer(nodes, each));
  const balanced = peering.flatMap(({ spec: balancer }) =>
    nodes.flatMap(({ spec: { name } }) => [
      pair(name, balancer.name),
      ...(balancer.neighbors === null ? [pair(balancer.name, name)] : []),
    ]),
  );
  return [...fabric, ...racks, ...balanced];
}
