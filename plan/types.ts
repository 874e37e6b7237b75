/**
 * The plan: every value of a lab, known before the first resource exists.
 *
 * Plain values only (no functions, no undefined, no secrets), so that a plan can be an argument of a Pulumi component
 * resource, be diffed by the engine, and be read by a policy.
 */

import type { CalicoEncapsulation, CalicoRouting, KernelChoice } from "../lab-spec";

export type { CalicoEncapsulation, CalicoRouting, KernelChoice } from "../lab-spec";

/** IPv4 address, dotted quad: "172.16.0.1". */
export type Address = string;
/** IPv4 prefix with length, host bits zero: "10.0.101.0/24". */
export type Prefix = string;
/** IPv4 address with the length of its subnet: "10.0.101.1/24". */
export type InterfaceAddress = string;

/**
 * Reverse-path filter of a machine's interfaces in the lab (net.ipv4.conf.*.rp_filter 0, 1, 2): strict takes a packet only by an interface that
 * leads back to its source, loose wherever there is a way back at all (RFC 3704).
 */
export type ReversePathFilter = "off" | "strict" | "loose";

export interface InterfacePlan {
  /** Kernel name: "swp51", "eth1", "bridge", "lo". */
  readonly name: string;
  /** Empty for a bridge port. */
  readonly addresses: readonly InterfaceAddress[];
  readonly mtu: number;
  /** What the other end is, for people: "spine1 swp1"; empty for lo and bridge. */
  readonly peer: string;
}

export interface BridgePlan {
  readonly name: string;
  readonly address: InterfaceAddress;
  readonly ports: readonly string[];
}

/** Which routes are taken: those in `prefix` with a length from `ge` to `le`. */
export interface PrefixFilter {
  readonly prefix: Prefix;
  readonly ge: number;
  readonly le: number;
}

/** What one end of a session does with the other. */
export interface SessionSettings {
  readonly remoteAs: number;
  /** TTL of the session's packets; null: the neighbor is on a connected subnet. */
  readonly multihop: number | null;
  /** How often the own AS number may stand in a received AS path. */
  readonly allowasIn: number;
  /** The neighbor's AS number is replaced by the own one in AS paths sent to it. */
  readonly asOverride: boolean;
  /** The neighbor is a client of this route reflector (RFC 4456). */
  readonly routeReflectorClient: boolean;
  /** This router is the next hop of all routes it sends, reflected ones included (iBGP). */
  readonly nextHopSelf: boolean;
  /** Next hops go out as they came in, to an eBGP neighbor too. */
  readonly nextHopUnchanged: boolean;
  readonly bfd: boolean;
  /** Seconds; null: the default of the router's software. */
  readonly keepalive: number | null;
  readonly hold: number | null;
  readonly maximumPrefix: number | null;
  /** The session is authenticated with the lab's BGP password (RFC 2385). */
  readonly password: boolean;
  /** Routes taken from the neighbor; null: all. */
  readonly accept: readonly PrefixFilter[] | null;
  /** Only routes whose next hop lies here are taken; null: all. */
  readonly acceptNextHop: Prefix | null;
}

export interface NeighborPlan extends SessionSettings {
  readonly kind: "fabric" | "leaf" | "node" | "mesh" | "reflector" | "client" | "netscaler" | "extra";
  readonly address: Address;
  /** Machine name of the other end; null if no machine of the lab has the address. */
  readonly machine: string | null;
  /** Interface of the other end; empty with `machine`. */
  readonly interface: string;
}

/** Neighbors that are not named: whoever connects from the range (`bgp listen range`). */
export interface ListenPlan extends SessionSettings {
  readonly range: Prefix;
  /** Name of the peer group. */
  readonly group: string;
}

/** BGP settings of a speaker as a whole. */
export interface BgpPlan {
  /** Cluster ID of a route reflector; null: none. */
  readonly clusterId: Address | null;
  /** Equal paths in use at once. */
  readonly maximumPaths: number;
  /** Paths are equal if their AS paths have one length, whatever the numbers. */
  readonly multipathRelax: boolean;
}

export interface AggregatePlan {
  readonly prefix: Prefix;
  readonly summaryOnly: boolean;
}

export interface SwitchPlan {
  readonly name: string;
  /**
   * Height in the fabric: 0 where servers are cabled (leaves), and one more for each switch further up. A spec of spines and leaves has the
   * tiers 0 and 1: `leavesOf` and `spinesOf` (plan/lookup.ts).
   */
  readonly tier: number;
  /** Fully qualified: "leaf-sw1.lab.local". */
  readonly hostname: string;
  /** Position that keys every allocation; stable when other switches come and go. */
  readonly index: number;
  readonly as: number;
  readonly routerId: Address;
  readonly loopback: Prefix;
  /** lo first, then swp ports by number, then the bridge. */
  readonly interfaces: readonly InterfacePlan[];
  readonly bridge: BridgePlan | null;
  readonly bgp: BgpPlan;
  /** Graceful shutdown (RFC 8326): its routes, and what it receives, are the last choice of whoever has another. */
  readonly drain: boolean;
  /** By address. */
  readonly neighbors: readonly NeighborPlan[];
  readonly listen: ListenPlan | null;
  /** Prefixes this switch originates into BGP, sorted: its loopback, a leaf's server subnet once it has a server, and what the spec adds. */
  readonly networks: readonly Prefix[];
  /** Those of the networks that end here (blackhole routes). */
  readonly blackholes: readonly Prefix[];
  readonly aggregates: readonly AggregatePlan[];
  readonly rpFilter: ReversePathFilter;
  readonly kernel: KernelChoice;
}

/** A server's cable to a leaf, with what the server has on it. */
export interface Uplink {
  /** Kernel name on the server: "eth1". */
  readonly interface: string;
  /** Name of the switch at the other end, and its port: "leaf1", "swp1". */
  readonly leaf: string;
  readonly leafPort: string;
  readonly address: InterfaceAddress;
  /** Where the server sends what lies outside of the uplink's subnet: the leaf's address there. */
  readonly gateway: Address;
  readonly mtu: number;
}

/** What every machine behind a leaf has. */
interface ServerCommon {
  readonly name: string;
  readonly hostname: string;
  /** One today, never none. The first one's address is the server's own: `homeOf` (plan/lookup.ts). */
  readonly uplinks: readonly Uplink[];
  readonly rpFilter: ReversePathFilter;
  readonly kernel: KernelChoice;
}

/** A machine of the Kubernetes cluster. */
export interface NodePlan extends ServerCommon {
  readonly kind: "node";
  readonly role: "control-plane" | "worker";
  /** Null where Calico has BGP off. */
  readonly bgp: NodeBgpPlan | null;
}

export interface NodeBgpPlan extends BgpPlan {
  readonly as: number;
  /** By address. */
  readonly neighbors: readonly NeighborPlan[];
}

/** A machine outside the cluster. */
export interface HostPlan extends ServerCommon {
  readonly kind: "host";
}

/** A load balancer that peers with the nodes by BGP: the spec's NetScaler. */
export interface BalancerPlan extends ServerCommon {
  readonly kind: "balancer";
  readonly as: number;
  readonly bgp: BgpPlan;
  readonly vips: readonly Address[];
  readonly neighbors: readonly NeighborPlan[];
}

/** A machine behind a leaf. */
export type ServerPlan = NodePlan | HostPlan | BalancerPlan;

export interface LinkEnd {
  readonly machine: string;
  readonly interface: string;
}

export interface LinkPlan {
  /** "leaf1-spine1", "k8s-node-l1-1-leaf1": unique in the lab. */
  readonly name: string;
  /** Between two switches, or between a server and its leaf. */
  readonly kind: "fabric" | "server";
  /** The lower end: the switch of the lower tier, or the server. */
  readonly a: LinkEnd;
  /** The upper end. */
  readonly b: LinkEnd;
  readonly mtu: number;
}

/** One BGP session, ends in the order of `LinkPlan`. */
export interface SessionPlan {
  readonly name: string;
  readonly kind: "fabric" | "node" | "mesh" | "reflector" | "netscaler";
  /** The link it runs over; null if it crosses more than one. */
  readonly link: string | null;
  readonly a: SessionEnd;
  readonly b: SessionEnd;
  readonly type: "ebgp" | "ibgp";
}
export interface SessionEnd {
  readonly machine: string;
  readonly address: Address;
  readonly as: number;
}

export interface ClusterPlan {
  readonly kubernetesVersion: string;
  readonly controlPlane: string;
  readonly apiAddress: Address;
  readonly podCidr: Prefix;
  readonly serviceCidr: Prefix;
  readonly dnsAddress: Address;
}

export interface CalicoPlan {
  readonly version: string;
  /** Who distributes the routes to pods. */
  readonly routing: CalicoRouting;
  /** How packets travel between nodes: `encapsulationOf` (plan/encapsulation.ts) says it of each pair. */
  readonly encapsulation: CalicoEncapsulation;
  readonly vxlan: { readonly port: number; readonly vni: number };
  /** What pods get their addresses from: a part of the cluster's pod CIDR, or all of it. */
  readonly pool: Prefix;
  readonly blockSize: number;
  /** Link MTU less the outer header (50 bytes for VXLAN, 20 for IPIP). */
  readonly podMtu: number;
  /** Null where Calico has BGP off. */
  readonly bgp: CalicoBgpPlan | null;
}

export interface CalicoBgpPlan {
  /** AS number of the cluster: that of every node without its own. */
  readonly as: number;
  readonly nodeAs: "cluster" | "rack";
  readonly mesh: boolean;
  /** Nodes that reflect, sorted; empty: none. */
  readonly routeReflectors: readonly string[];
  readonly clusterId: Address;
  readonly allowedLocalAs: number;
  readonly password: boolean;
  readonly advertiseServices: boolean;
  /** Seconds; null: BIRD's default. */
  readonly keepalive: number | null;
  readonly hold: number | null;
}

export interface WorkloadPlan {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  /** A NodePort with externalTrafficPolicy Local, and its fixed cluster address; null: none. */
  readonly localService: { readonly name: string; readonly address: Address } | null;
  readonly image: string;
  readonly replicas: number;
  readonly port: number;
}

export interface LabPlan {
  readonly name: string;
  readonly domain: string;
  readonly management: { readonly subnet: Prefix };
  /** From the top tier down, each tier by index: spines, then leaves. */
  readonly switches: readonly SwitchPlan[];
  /** Nodes (the control plane first, then by leaf and index), hosts (by leaf and index), the load balancer. */
  readonly servers: readonly ServerPlan[];
  readonly links: readonly LinkPlan[];
  readonly sessions: readonly SessionPlan[];
  /** Null, as Calico is, where the lab has no nodes: a fabric alone. */
  readonly cluster: ClusterPlan | null;
  readonly calico: CalicoPlan | null;
  readonly workload: WorkloadPlan | null;
}
