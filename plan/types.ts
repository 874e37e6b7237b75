/**
 * The plan: every value of a lab, known before the first resource exists.
 *
 * Plain values only (no functions, no undefined, no secrets), so that a plan can be an argument of a Pulumi component
 * resource, be diffed by the engine, and be read by a policy.
 */

/** IPv4 address, dotted quad: "172.16.0.1". */
export type Address = string;
/** IPv4 prefix with length, host bits zero: "10.0.101.0/24". */
export type Prefix = string;
/** IPv4 address with the length of its subnet: "10.0.101.1/24". */
export type InterfaceAddress = string;

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

export interface NeighborPlan {
  readonly address: Address;
  readonly remoteAs: number;
  /** Machine name of the other end. */
  readonly machine: string;
  readonly interface: string;
}

export interface SwitchPlan {
  readonly name: string;
  readonly role: "spine" | "leaf";
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
  readonly neighbors: readonly NeighborPlan[];
  /** Prefixes this switch originates into BGP, sorted: its loopback, and a leaf's server subnet once it has a server. */
  readonly networks: readonly Prefix[];
}

export interface NodePlan {
  readonly name: string;
  readonly hostname: string;
  readonly role: "control-plane" | "worker";
  readonly leaf: string;
  readonly leafPort: string;
  readonly uplink: string;
  readonly address: InterfaceAddress;
  readonly gateway: Address;
  readonly mtu: number;
}

export interface LinkEnd { readonly machine: string; readonly interface: string }

export interface LinkPlan {
  /** "leaf1-spine1", "k8s-node-l1-1-leaf1": unique in the lab. */
  readonly name: string;
  readonly kind: "fabric" | "server";
  readonly a: LinkEnd;
  readonly b: LinkEnd;
  readonly mtu: number;
}

/** One BGP session, ends in the order of `LinkPlan`. */
export interface SessionPlan {
  readonly name: string;
  readonly link: string;
  readonly a: SessionEnd;
  readonly b: SessionEnd;
  readonly type: "ebgp" | "ibgp";
}
export interface SessionEnd { readonly machine: string; readonly address: Address; readonly as: number }

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
  readonly mode: "vxlan";
  readonly vni: number;
  readonly port: number;
  readonly blockSize: number;
  /** Link MTU less the encapsulation (50 for VXLAN). */
  readonly podMtu: number;
}

export interface WorkloadPlan {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  readonly image: string;
  readonly replicas: number;
  readonly port: number;
}

export interface LabPlan {
  readonly name: string;
  readonly domain: string;
  readonly management: { readonly subnet: Prefix };
  /** Spines, then leaves, each by index. */
  readonly switches: readonly SwitchPlan[];
  /** Control plane first, then by leaf and name. */
  readonly nodes: readonly NodePlan[];
  readonly links: readonly LinkPlan[];
  readonly sessions: readonly SessionPlan[];
  readonly cluster: ClusterPlan;
  readonly calico: CalicoPlan;
  readonly workload: WorkloadPlan | null;
}
