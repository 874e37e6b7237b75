import { InvalidLabError, VERSIONS, type LabSpec } from "../spec";
import { addressText, knownRange, sortPrefixes } from "../spec/ip";
import { allocate, type Allocation, type LeafAllocation, type LinkAllocation, type NodeAllocation, type SwitchAllocation } from "./allocate";
import { VXLAN_OVERHEAD } from "./mtu";
import { checkLab } from "./rules";
import type { InterfacePlan, LabPlan, LinkPlan, NeighborPlan, NodePlan, SessionPlan, SwitchPlan } from "./types";

/** MTU of the kernel's loopback interface. */
const LOOPBACK_MTU = 65536;
const UPLINK = "eth1";
const BRIDGE = "bridge";
/** kubeadm gives cluster DNS the tenth address of the service range. */
const DNS_OFFSET = 10;

/**
 * The plan of a lab: pure and deterministic, the order of the spec's lists doesn't matter.
 *
 * @throws InvalidLabError if a rule objects
 */
export function makePlan(spec: LabSpec): LabPlan {
  const lab = allocate(spec);
  const problems = checkLab(lab);
  if (problems.length > 0) throw new InvalidLabError(problems);
  const nodes = sortNodes(lab.nodes);
  const links = sortLinks(lab.links);
  const spines = byIndex(lab.spines).map((spine) => spinePlan(spine, lab));
  const leaves = byIndex(lab.leaves).map((leaf) => leafPlan(leaf, lab));
  return {
    name: spec.name,
    domain: spec.domain,
    management: { subnet: spec.management.subnet },
    switches: [...spines, ...leaves],
    nodes: nodes.map((node) => nodePlan(node, spec)),
    links: [...links.map((link) => fabricLink(link, spec)), ...nodes.map((node) => serverLink(node, spec))],
    sessions: links.map(session),
    cluster: clusterPlan(lab),
    calico: { version: VERSIONS.calico, ...spec.calico, podMtu: spec.fabric.mtu - VXLAN_OVERHEAD },
    workload: spec.workload,
  };
}

/** A value that the rules have shown to be there. */
function sure<T>(value: T | null): T {
  if (value === null) throw new Error("a rule let an incomplete allocation pass");
  return value;
}

function byIndex<T extends SwitchAllocation>(switches: readonly T[]): T[] {
  return [...switches].sort((a, b) => sure(a.index.value) - sure(b.index.value));
}

function sortLinks(links: readonly LinkAllocation[]): LinkAllocation[] {
  return [...links].sort((a, b) => sure(a.leaf.index.value) - sure(b.leaf.index.value) || sure(a.spine.index.value) - sure(b.spine.index.value));
}

/** Control plane first, then by leaf and number. */
function sortNodes(nodes: readonly NodeAllocation[]): NodeAllocation[] {
  const rank = (node: NodeAllocation): number => (node.spec.role === "control-plane" ? 0 : 1);
  return [...nodes].sort((a, b) => rank(a) - rank(b) || sure(sure(a.leaf).index.value) - sure(sure(b.leaf).index.value) || sure(a.index.value) - sure(b.index.value));
}

function spinePlan(spine: SwitchAllocation, lab: Allocation): SwitchPlan {
  const links = sortLinks(lab.links.filter((link) => link.spine === spine));
  const ports = links.map((link) => port(link.spinePort, [`${sure(link.addresses).spine}/31`], lab.spec.fabric.mtu, `${link.leaf.name} swp${link.leafPort}`));
  const neighbors = links.map((link) => neighbor(sure(link.addresses).leaf, link.leaf, link.leafPort));
  return { ...common(spine), interfaces: [loopback(spine), ...sortPorts(ports)], bridge: null, neighbors, networks: networks(spine, []) };
}

function leafPlan(leaf: LeafAllocation, lab: Allocation): SwitchPlan {
  const { mtu } = lab.spec.fabric;
  const links = sortLinks(lab.links.filter((link) => link.leaf === leaf));
  const subnet = sure(leaf.serverSubnet.value);
  const uplinks = links.map((link) => port(link.leafPort, [`${sure(link.addresses).leaf}/31`], mtu, `${link.spine.name} swp${link.spinePort}`));
  const servers = sortPorts(lab.nodes.filter((node) => node.leaf === leaf).map((node) => port(sure(node.port.value), [], mtu, `${node.spec.name} ${UPLINK}`)));
  const address = `${sure(leaf.gateway)}/${knownRange(subnet).length}`;
  return {
    ...common(leaf),
    interfaces: [loopback(leaf), ...sortPorts([...uplinks, ...servers]), { name: BRIDGE, addresses: [address], mtu, peer: "" }],
    bridge: { name: BRIDGE, address, ports: servers.map((each) => each.name) },
    neighbors: links.map((link) => neighbor(sure(link.addresses).spine, link.spine, link.spinePort)),
    // Without a server the bridge has no carrier, and FRR announces only what is in its routing table.
    networks: networks(leaf, servers.length === 0 ? [] : [subnet]),
  };
}

function common(from: SwitchAllocation): Pick<SwitchPlan, "name" | "role" | "hostname" | "index" | "as" | "routerId" | "loopback"> {
  const address = sure(from.loopback.value);
  return { name: from.name, role: from.role, hostname: from.hostname.value, index: sure(from.index.value), as: sure(from.as.value), routerId: address, loopback: `${address}/32` };
}

function networks(from: SwitchAllocation, subnets: readonly string[]): string[] {
  return sortPrefixes([`${sure(from.loopback.value)}/32`, ...subnets]);
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

function neighbor(address: string, to: SwitchAllocation, portNumber: number): NeighborPlan {
  return { address, remoteAs: sure(to.as.value), machine: to.name, interface: `swp${portNumber}` };
}

function nodePlan(node: NodeAllocation, spec: LabSpec): NodePlan {
  const leaf = sure(node.leaf);
  return {
    name: node.spec.name,
    hostname: node.spec.name,
    role: node.spec.role,
    leaf: leaf.name,
    leafPort: `swp${sure(node.port.value)}`,
    uplink: UPLINK,
    address: `${sure(node.address.value)}/${knownRange(sure(leaf.serverSubnet.value)).length}`,
    gateway: sure(leaf.gateway),
    mtu: spec.fabric.mtu,
  };
}

function fabricLink(link: LinkAllocation, spec: LabSpec): LinkPlan {
  return {
    name: linkName(link),
    kind: "fabric",
    a: { machine: link.leaf.name, interface: `swp${link.leafPort}` },
    b: { machine: link.spine.name, interface: `swp${link.spinePort}` },
    mtu: spec.fabric.mtu,
  };
}

function serverLink(node: NodeAllocation, spec: LabSpec): LinkPlan {
  const leaf = sure(node.leaf).name;
  return {
    name: `${node.spec.name}-${leaf}`,
    kind: "server",
    a: { machine: node.spec.name, interface: UPLINK },
    b: { machine: leaf, interface: `swp${sure(node.port.value)}` },
    mtu: spec.fabric.mtu,
  };
}

function session(link: LinkAllocation): SessionPlan {
  const addresses = sure(link.addresses);
  const a = { machine: link.leaf.name, address: addresses.leaf, as: sure(link.leaf.as.value) };
  const b = { machine: link.spine.name, address: addresses.spine, as: sure(link.spine.as.value) };
  return { name: linkName(link), link: linkName(link), a, b, type: a.as === b.as ? "ibgp" : "ebgp" };
}

function linkName(link: LinkAllocation): string {
  return `${link.leaf.name}-${link.spine.name}`;
}

function clusterPlan(lab: Allocation): LabPlan["cluster"] {
  const control = sure(lab.nodes.find((node) => node.spec.role === "control-plane") ?? null);
  const { version, podCidr, serviceCidr } = lab.spec.kubernetes;
  return {
    kubernetesVersion: version,
    controlPlane: control.spec.name,
    apiAddress: sure(control.address.value),
    podCidr,
    serviceCidr,
    dnsAddress: addressText(knownRange(serviceCidr).first + DNS_OFFSET),
  };
}
