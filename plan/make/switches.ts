import type { LabSpec } from "../../lab-spec";
import { knownRange, sortPrefixes } from "../../lab-spec/ip";
import type { Allocation, LeafAllocation, LinkAllocation, SwitchAllocation } from "../allocate";
import { portName, portNumber } from "../lookup";
import type { InterfacePlan, LinkPlan, NeighborPlan, SwitchPlan } from "../types";
import { leafServerNeighbors, listenPlan } from "./bgp/cluster";
import { fabricNeighbor, switchBgp, withExtra } from "./bgp/fabric";
import { BRIDGE, linkName, UPLINK } from "./common/names";
import { sortLinks, sure } from "./common/order";

/** MTU of the kernel's loopback interface. */
const LOOPBACK_MTU = 65536;

/** A switch, and what it has for servers if it is one that servers are cabled to. */
export function switchPlan(of: SwitchAllocation | LeafAllocation, lab: Allocation): SwitchPlan {
  const fabric = fabricSide(of, lab);
  const rack = "serverSubnet" in of ? serverSide(of, lab) : NO_SERVERS;
  const address = sure(of.loopback.value);
  return {
    name: of.name,
    tier: of.tier,
    hostname: of.hostname.value,
    index: sure(of.index.value),
    as: sure(of.as.value),
    routerId: address,
    loopback: `${address}/32`,
    bgp: switchBgp(of, lab.spec),
    drain: of.spec.drain,
    rpFilter: of.spec.rpFilter ?? lab.spec.rpFilter,
    kernel: of.spec.kernel ?? lab.spec.kernel,
    interfaces: [
      { name: "lo", addresses: [`${address}/32`], mtu: LOOPBACK_MTU, peer: "" },
      ...sortPorts([...fabric.ports, ...rack.ports]),
      ...rack.bridges,
    ],
    bridge: rack.bridge,
    neighbors: withExtra([...fabric.neighbors, ...rack.neighbors], of, lab),
    listen: rack.listen,
    ...networks(of, rack.subnets),
  };
}

/** What a switch has towards other switches, or towards servers. */
interface Side {
  readonly ports: readonly InterfacePlan[];
  readonly neighbors: readonly NeighborPlan[];
}

/** Ports and sessions towards other switches, in the order of the links. */
function fabricSide(of: SwitchAllocation, lab: Allocation): Side {
  const links = sortLinks(lab.links.filter((link) => link.lower === of || link.upper === of));
  const ends = links.map((link) => ({ link, own: endOf(link, of), other: endOf(link, of, "other") }));
  return {
    ports: ends.map(({ link, own, other }) =>
      port(
        link.ports[own],
        [`${sure(link.addresses)[own]}/31`],
        lab.spec.fabric.mtu,
        `${link[other].name} ${portName(link.ports[other])}`,
      ),
    ),
    neighbors: ends.map(({ link, other }) => fabricNeighbor(link, other, lab.spec)),
  };
}

/** Which end of a link a switch is, or which one the other switch is. */
function endOf(link: LinkAllocation, of: SwitchAllocation, whose: "own" | "other" = "own"): "lower" | "upper" {
  return (link.lower === of) === (whose === "own") ? "lower" : "upper";
}

interface ServerSide extends Side, Pick<SwitchPlan, "bridge" | "listen"> {
  readonly bridges: readonly InterfacePlan[];
  readonly subnets: readonly string[];
}

const NO_SERVERS: ServerSide = { ports: [], neighbors: [], bridge: null, listen: null, bridges: [], subnets: [] };

/** A leaf's bridge, its ports and the sessions with nodes. */
function serverSide(leaf: LeafAllocation, lab: Allocation): ServerSide {
  const { mtu } = lab.spec.fabric;
  const subnet = sure(leaf.serverSubnet.value);
  const ports = sortPorts(
    lab.servers
      .filter((server) => server.leaf === leaf)
      .map((server) => port(sure(server.port.value), [], mtu, `${server.spec.name} ${UPLINK}`)),
  );
  const address = `${sure(leaf.gateway)}/${knownRange(subnet).length}`;
  return {
    ports,
    neighbors: leafServerNeighbors(leaf, lab),
    bridge: { name: BRIDGE, address, ports: ports.map((each) => each.name) },
    listen: listenPlan(leaf, lab),
    bridges: [{ name: BRIDGE, addresses: [address], mtu, peer: "" }],
    // Without a server the bridge has no carrier, and FRR announces only what is in its routing table.
    subnets: ports.length === 0 ? [] : [subnet],
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

function port(number: number, addresses: readonly string[], mtu: number, peer: string): InterfacePlan {
  return { name: portName(number), addresses, mtu, peer };
}

function sortPorts(ports: readonly InterfacePlan[]): InterfacePlan[] {
  return [...ports].sort((a, b) => portNumber(a.name) - portNumber(b.name));
}

export function fabricLink(link: LinkAllocation, spec: LabSpec): LinkPlan {
  return {
    name: linkName(link),
    kind: "fabric",
    a: { machine: link.lower.name, interface: portName(link.ports.lower) },
    b: { machine: link.upper.name, interface: portName(link.ports.upper) },
    mtu: spec.fabric.mtu,
  };
}
