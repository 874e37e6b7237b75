import type { LabSpec } from "../../../lab-spec";
import { knownRange } from "../../../lab-spec/ip";
import type { Allocation, BalancerAllocation, LeafAllocation, NodeAllocation } from "../../allocate";
import { nodesSpeakBgp, peersWithBalancer, peersWithLeaf } from "../../calico";
import { balancersOf, nodesOf } from "../../lookup";
import type { ListenPlan, NeighborPlan, NodeBgpPlan, PrefixFilter, SessionSettings } from "../../types";
import { BRIDGE, UPLINK } from "../common/names";
import { sure } from "../common/order";
import { routing } from "./fabric";
import { settings, sortNeighbors } from "./settings";

/** BIRD merges this many equal paths (Calico's bird.cfg: `merge paths on` without a limit takes BIRD's default of 16). */
const BIRD_MAXIMUM_PATHS = 16;
/** TTL of sessions between a load balancer and the nodes of other racks: the most there is. */
const MOST_HOPS = 255;

/** AS number of a node: the cluster's, or its rack's. */
function nodeAs(node: NodeAllocation, spec: LabSpec): number {
  const { nodeAs: scheme, as, rackAsBase } = spec.calico.bgp;
  return scheme === "cluster" ? as : rackAsBase + sure(sure(node.leaf).index.value);
}

export function nodeBgp(node: NodeAllocation, lab: Allocation): NodeBgpPlan | null {
  const { spec } = lab;
  if (!nodesSpeakBgp(spec.calico)) return null;
  const { routeReflectors, clusterId } = spec.calico.bgp;
  const others = nodesOf(lab).filter((other) => other !== node);
  const neighbors = [
    ...leafNeighbor(node, spec),
    ...others.flatMap((other) => nodeNeighbor(node, other, spec)),
    ...balancersOf(lab)
      .filter((balancer) => peersWithBalancer(nodesOf(lab), balancer))
      .map((balancer) => balancerNeighbor(node, balancer)),
  ];
  return {
    as: nodeAs(node, spec),
    clusterId: routeReflectors.includes(node.spec.name) ? clusterId : null,
    maximumPaths: BIRD_MAXIMUM_PATHS,
    multipathRelax: true,
    neighbors: sortNeighbors(neighbors),
  };
}

/** A node's leaf, as the node's neighbor. */
function leafNeighbor(node: NodeAllocation, spec: LabSpec): NeighborPlan[] {
  if (!peersWithLeaf(node, spec)) return [];
  const leaf = sure(node.leaf);
  const { nodeAs: scheme, acrossRacks, keepalive, hold, password } = spec.calico.bgp;
  return [
    {
      kind: "leaf",
      address: sure(leaf.gateway),
      machine: leaf.name,
      interface: BRIDGE,
      ...settings({
        remoteAs: sure(leaf.as.value),
        allowasIn: scheme === "cluster" && acrossRacks === "allowas-in" ? 1 : 0,
        // Routes of other nodes that a node passes on keep the node that owns them as next hop: the leaf takes those of its own rack, and no loop is made.
        nextHopUnchanged: true,
        keepalive,
        hold,
        password,
      }),
    },
  ];
}

/** Mesh: everyone with everyone. Reflectors: each other, and every other node as a client. */
function nodeNeighbor(node: NodeAllocation, other: NodeAllocation, spec: LabSpec): NeighborPlan[] {
  const { mesh, routeReflectors } = spec.calico.bgp;
  const [here, there] = [routeReflectors.includes(node.spec.name), routeReflectors.includes(other.spec.name)];
  const kind = mesh ? "mesh" : there ? "reflector" : here ? "client" : null;
  if (kind === null) return [];
  const common = { address: sure(other.address.value), machine: other.spec.name, interface: UPLINK };
  return [{ kind, ...common, ...settings({ remoteAs: nodeAs(other, spec), routeReflectorClient: kind === "client" }) }];
}

/** The load balancer, as a node's neighbor. */
function balancerNeighbor(node: NodeAllocation, balancer: BalancerAllocation): NeighborPlan {
  return {
    kind: "netscaler",
    address: sure(balancer.address.value),
    machine: balancer.spec.name,
    interface: UPLINK,
    ...settings({ remoteAs: balancer.spec.as, multihop: balancer.leaf === node.leaf ? null : MOST_HOPS }),
  };
}

/** The nodes a leaf names as neighbors; none where it listens to a range. */
export function leafServerNeighbors(leaf: LeafAllocation, lab: Allocation): NeighborPlan[] {
  if (lab.spec.calico.bgp.discovery === "range") return [];
  return sortNeighbors(
    peeringNodes(leaf, lab).map((node) => ({
      kind: "node",
      address: sure(node.address.value),
      machine: node.spec.name,
      interface: UPLINK,
      ...nodeSettings(leaf, nodeAs(node, lab.spec), lab.spec),
    })),
  );
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
  return nodesOf(lab).filter((node) => node.leaf === leaf && peersWithLeaf(node, lab.spec));
}

/** What a leaf does with the nodes of its rack. */
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

/** The neighbors of a load balancer: those written, or else every node. */
export function balancerNeighbors(balancer: BalancerAllocation, lab: Allocation): NeighborPlan[] {
  const { spec } = lab;
  const nodes = nodesOf(lab);
  const written =
    balancer.spec.neighbors ?? nodes.map((node) => ({ address: sure(node.address.value), remoteAs: null }));
  return sortNeighbors(
    written.map(({ address, remoteAs }) => {
      const node = nodes.find((each) => each.address.value === address);
      if (node === undefined) {
        const isLeaf = balancer.leaf !== null && balancer.leaf.gateway === address;
        return {
          kind: isLeaf ? "leaf" : "node",
          address,
          machine: isLeaf ? balancer.leaf.name : null,
          interface: isLeaf ? BRIDGE : "",
          ...settings({ remoteAs: remoteAs ?? (isLeaf ? sure(balancer.leaf.as.value) : spec.calico.bgp.as) }),
        };
      }
      const multihop = node.leaf === balancer.leaf ? null : MOST_HOPS;
      return {
        kind: "node",
        address,
        machine: node.spec.name,
        interface: UPLINK,
        ...settings({ remoteAs: remoteAs ?? nodeAs(node, spec), multihop }),
      };
    }),
  );
}
