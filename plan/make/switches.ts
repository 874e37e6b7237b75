import type { LabSpec } from "../../lab-spec";
import { knownRange, sortPrefixes } from "../../lab-spec/ip";
import type { Allocation, LeafAllocation, LinkAllocation, SwitchAllocation } from "../allocate";
import type { InterfacePlan, LinkPlan, SwitchPlan } from "../types";
import { fabricNeighbor, leafServerNeighbors, listenPlan, switchBgp, withExtra } from "./neighbors";
import { linkName, UPLINK } from "./names";
import { sortLinks, sure } from "./order";
import { sortNeighbors } from "./settings";

/** MTU of the kernel's loopback interface. */
const LOOPBACK_MTU = 65536;
const BRIDGE = "bridge";

export function spinePlan(spine: SwitchAllocation, lab: Allocation): SwitchPlan {
  const links = sortLinks(lab.links.filter((link) => link.spine === spine));
  const ports = links.map((link) =>
    port(
      link.spinePort,
      [`${sure(link.addresses).spine}/31`],
      lab.spec.fabric.mtu,
      `${link.leaf.name} swp${link.leafPort}`,
    ),
  );
  const neighbors = links.map((link) => fabricNeighbor(link, "leaf", lab.spec));
  return {
    ...common(spine, lab.spec),
    interfaces: [loopback(spine), ...sortPorts(ports)],
    bridge: null,
    neighbors: withExtra(neighbors, spine, lab),
    listen: null,
    ...networks(spine, []),
  };
}

export function leafPlan(leaf: LeafAllocation, lab: Allocation): SwitchPlan {
  const { mtu } = lab.spec.fabric;
  const links = sortLinks(lab.links.filter((link) => link.leaf === leaf));
  const subnet = sure(leaf.serverSubnet.value);
  const uplinks = links.map((link) =>
    port(link.leafPort, [`${sure(link.addresses).leaf}/31`], mtu, `${link.spine.name} swp${link.spinePort}`),
  );
  const behind = [...lab.nodes, ...lab.hosts, ...(lab.netscaler === null ? [] : [lab.netscaler])].filter(
    (server) => server.leaf === leaf,
  );
  const servers = sortPorts(
    behind.map((server) => port(sure(server.port.value), [], mtu, `${server.spec.name} ${UPLINK}`)),
  );
  const address = `${sure(leaf.gateway)}/${knownRange(subnet).length}`;
  const neighbors = [
    ...links.map((link) => fabricNeighbor(link, "spine", lab.spec)),
    ...sortNeighbors(leafServerNeighbors(leaf, lab)),
  ];
  return {
    ...common(leaf, lab.spec),
    interfaces: [
      loopback(leaf),
      ...sortPorts([...uplinks, ...servers]),
      { name: BRIDGE, addresses: [address], mtu, peer: "" },
    ],
    bridge: { name: BRIDGE, address, ports: servers.map((each) => each.name) },
    neighbors: withExtra(neighbors, leaf, lab),
    listen: listenPlan(leaf, lab),
    // Without a server the bridge has no carrier, and FRR announces only what is in its routing table.
    ...networks(leaf, servers.length === 0 ? [] : [subnet]),
  };
}

function common(
  from: SwitchAllocation,
  lab: LabSpec,
): Pick<
  SwitchPlan,
  "name" | "role" | "hostname" | "index" | "as" | "routerId" | "loopback" | "bgp" | "drain" | "rpFilter"
> {
  const address = sure(from.loopback.value);
  return {
    name: from.name,
    role: from.role,
    hostname: from.hostname.value,
    index: sure(from.index.value),
    as: sure(from.as.value),
    routerId: address,
    loopback: `${address}/32`,
    bgp: switchBgp(from, lab),
    drain: from.spec.drain,
    rpFilter: from.spec.rpFilter ?? lab.rpFilter,
  };
}

function networks(
  from: SwitchAllocation,
  subnets: readonly string[],
): Pick<SwitchPlan, "networks" | "blackholes" | "aggregates"> {
  const local = [`${sure(from.loopback.value)}/32`, ...subnets];
  const blackholes = sortPrefixes(from.spec.networks.filter((prefix) => !local.includes(prefix)));
  return {
    networks: sortPrefixes([...new Set([...local, ...blackholes])]),
    blackholes,
    aggregates: [...from.spec.aggregates],
  };
}

function loopback(of: SwitchAllocation): InterfacePlan {
  return { name: "lo", addresses: [`${sure(of.loopback.value)}/32`], mtu: LOOPBACK_MTU, peer: "" };
}

function port(number: number, addresses: readonly string[], mtu: number, peer: string): InterfacePlan {
  return { name: `swp${number}`, addresses, mtu, peer };
}

function sortPorts(ports: readonly InterfacePlan[]): InterfacePlan[] {
  return [...ports].sort((a, b) => Number(a.name.slice(3)) - Number(b.name.slice(3)));
}

export function fabricLink(link: LinkAllocation, spec: LabSpec): LinkPlan {
  return {
    name: linkName(link),
    kind: "fabric",
    a: { machine: link.leaf.name, interface: `swp${link.leafPort}` },
    b: { machine: link.spine.name, interface: `swp${link.spinePort}` },
    mtu: spec.fabric.mtu,
  };
}
