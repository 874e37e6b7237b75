import type { BgpSettings, LabSpec } from "../../lab-spec";
import { knownRange } from "../../lab-spec/ip";
import type { Allocation, LeafAllocation, LinkAllocation, NodeAllocation, SwitchAllocation } from "../allocate";
import type { BgpPlan, ListenPlan, NeighborPlan, PrefixFilter, SessionSettings } from "../types";
import { peersWithLeaf } from "../calico";
import { nodeAs } from "./node-bgp";
import { UPLINK } from "./names";
import { sure } from "./order";
import { settings, sortNeighbors } from "./settings";

/** Paths FRR is built to use at once. */
const FRR_MAXIMUM_PATHS = 64;

/** A switch's settings: its own over the fabric's. */
function bgpSettings(of: SwitchAllocation, spec: LabSpec): BgpSettings {
  return { ...spec.fabric.bgp, ...of.spec.bgp };
}

export function switchBgp(of: SwitchAllocation, spec: LabSpec): BgpPlan {
  const { routeReflector, clusterId, maximumPaths, multipathRelax } = bgpSettings(of, spec);
  return {
    clusterId: routeReflector === true ? (clusterId ?? sure(of.loopback.value)) : null,
    maximumPaths: maximumPaths ?? FRR_MAXIMUM_PATHS,
    multipathRelax: multipathRelax ?? true,
  };
}

/** The other switch of a link, as this one's neighbor. */
export function fabricNeighbor(link: LinkAllocation, other: "leaf" | "spine", spec: LabSpec): NeighborPlan {
  const [here, there] = other === "leaf" ? [link.spine, link.leaf] : [link.leaf, link.spine];
  const { bfd, keepalive, hold } = bgpSettings(here, spec);
  const both = bfd === true && bgpSettings(there, spec).bfd === true;
  return {
    kind: "fabric",
    address: sure(link.addresses)[other],
    machine: there.name,
    interface: `swp${other === "leaf" ? link.leafPort : link.spinePort}`,
    ...settings({
      remoteAs: sure(there.as.value),
      ...routing(here, sure(there.as.value), spec),
      bfd: both,
      keepalive: keepalive ?? null,
      hold: hold ?? null,
    }),
  };
}

/** What a switch's settings mean for a neighbor with this AS number. */
function routing(of: SwitchAllocation, remoteAs: number, spec: LabSpec): Partial<SessionSettings> {
  const { allowasIn, asOverride, routeReflector, nextHopSelf } = bgpSettings(of, spec);
  const internal = remoteAs === of.as.value;
  return {
    allowasIn: allowasIn ?? 0,
    asOverride: asOverride === true && !internal,
    routeReflectorClient: routeReflector === true && internal,
    nextHopSelf: nextHopSelf === true && internal,
  };
}

/** The nodes a leaf names as neighbors; none where it listens to a range. */
export function leafServerNeighbors(leaf: LeafAllocation, lab: Allocation): NeighborPlan[] {
  if (lab.spec.calico.bgp.discovery === "range") return [];
  return peeringNodes(leaf, lab).map((node) => ({
    kind: "node",
    address: sure(node.address.value),
    machine: node.spec.name,
    interface: UPLINK,
    ...nodeSettings(leaf, nodeAs(node, lab.spec), lab.spec),
  }));
}

/** The range a leaf takes nodes from; null where it names them, or has none. */
export function listenPlan(leaf: LeafAllocation, lab: Allocation): ListenPlan | null {
  const node = peeringNodes(leaf, lab)[0];
  if (lab.spec.calico.bgp.discovery !== "range" || node === undefined) return null;
  return {
    range: sure(leaf.serverSubnet.value),
    group: "nodes",
    ...nodeSettings(leaf, nodeAs(node, lab.spec), lab.spec),
  };
}

function peeringNodes(leaf: LeafAllocation, lab: Allocation): NodeAllocation[] {
  return lab.nodes.filter((node) => node.leaf === leaf && peersWithLeaf(node, lab.spec));
}

function nodeSettings(leaf: LeafAllocation, remoteAs: number, spec: LabSpec): SessionSettings {
  const {
    nodeAs: scheme,
    acrossRacks,
    routeReflectors,
    mesh,
    keepalive,
    hold,
    password,
    maximumPrefix,
    filter,
  } = spec.calico.bgp;
  return settings({
    remoteAs,
    ...routing(leaf, remoteAs, spec),
    ...(scheme === "cluster" && acrossRacks === "as-override" ? { asOverride: remoteAs !== leaf.as.value } : {}),
    keepalive,
    hold,
    password,
    maximumPrefix,
    accept: filter ? clusterPrefixes(spec) : null,
    acceptNextHop: filter || mesh || routeReflectors.length > 0 ? leaf.serverSubnet.value : null,
  });
}

/** Pod blocks, single pods, and what services are announced as: their range, or single addresses of them. */
function clusterPrefixes({ kubernetes, calico }: LabSpec): PrefixFilter[] {
  const services = knownRange(kubernetes.serviceCidr);
  const pods: PrefixFilter = { prefix: calico.pool ?? kubernetes.podCidr, ge: calico.blockSize, le: 32 };
  return calico.bgp.advertiseServices
    ? [pods, { prefix: kubernetes.serviceCidr, ge: services.length, le: 32 }]
    : [pods];
}

export function netscalerNeighbors(lab: Allocation): NeighborPlan[] {
  const { spec, nodes, netscaler } = lab;
  const written =
    netscaler?.spec.neighbors ?? nodes.map((node) => ({ address: sure(node.address.value), remoteAs: null }));
  return sortNeighbors(
    written.map(({ address, remoteAs }) => {
      const node = nodes.find((each) => each.address.value === address);
      const multihop = node === undefined || node.leaf === netscaler?.leaf ? null : 255;
      const as = remoteAs ?? (node === undefined ? spec.calico.bgp.as : nodeAs(node, spec));
      return {
        kind: "node",
        address,
        machine: node?.spec.name ?? null,
        interface: node === undefined ? "" : UPLINK,
        ...settings({ remoteAs: as, multihop }),
      };
    }),
  );
}

/** Neighbors written by hand added to those derived; one with the address of a derived neighbor takes its place. */
export function withExtra(derived: readonly NeighborPlan[], of: SwitchAllocation, lab: Allocation): NeighborPlan[] {
  if (of.spec.neighbors.length === 0) return [...derived];
  const known = new Map<string, Pick<NeighborPlan, "machine" | "interface">>([
    ...lab.links.flatMap((link) => [
      [link.addresses?.leaf ?? "", { machine: link.leaf.name, interface: `swp${link.leafPort}` }] as const,
      [link.addresses?.spine ?? "", { machine: link.spine.name, interface: `swp${link.spinePort}` }] as const,
    ]),
    ...[...lab.nodes, ...lab.hosts].map(
      (each) => [each.address.value ?? "", { machine: each.spec.name, interface: UPLINK }] as const,
    ),
  ]);
  const extra = of.spec.neighbors.map(({ address, remoteAs, multihop }): NeighborPlan => {
    const replaced = derived.find((each) => each.address === address);
    const owner = known.get(address) ?? { machine: null, interface: "" };
    return replaced === undefined
      ? { kind: "extra", address, ...owner, ...settings({ remoteAs, ...routing(of, remoteAs, lab.spec), multihop }) }
      : { ...replaced, ...routing(of, remoteAs, lab.spec), remoteAs, multihop };
  });
  return [...derived.filter((each) => !extra.some((other) => other.address === each.address)), ...extra];
}
