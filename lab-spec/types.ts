/**
 * The spec: what a user wrote, with fixed defaults filled in and short forms expanded. What is null is left to the plan's allocation.
 *
 * `path` is where the entry stands in the stack config value, for messages: "fabric.leaves[1]".
 */
export interface SwitchSpec {
  readonly path: string;
  readonly name: string;
  readonly index: number | null;
  readonly as: number | null;
  readonly loopback: string | null;
  readonly hostname: string | null;
  readonly networks: readonly string[];
  readonly aggregates: readonly AggregateSpec[];
  readonly neighbors: readonly ExtraNeighborSpec[];
  readonly bgp: BgpSettings;
  readonly drain: boolean;
  /** Null: the lab's. */
  readonly rpFilter: RpFilter | null;
  /** Null: the lab's. */
  readonly kernel: KernelChoice | null;
}

/**
 * Whose kernel runs a machine: that of the machine that runs the lab, or one of its own. `auto` is the first where it can do what the machine needs, else the
 * second.
 */
export type KernelChoice = "host" | "own" | "auto";

export interface AggregateSpec {
  readonly prefix: string;
  readonly summaryOnly: boolean;
}

/** A session written by hand; `multihop` is the TTL, null on a connected subnet. */
export interface ExtraNeighborSpec {
  readonly path: string;
  readonly address: string;
  readonly remoteAs: number;
  readonly multihop: number | null;
}

/** BGP settings as written: what is absent is left to the fabric's, then to the default. */
export interface BgpSettings {
  readonly allowasIn?: number | undefined;
  readonly asOverride?: boolean | undefined;
  readonly routeReflector?: boolean | undefined;
  readonly clusterId?: string | undefined;
  readonly nextHopSelf?: boolean | undefined;
  readonly maximumPaths?: number | undefined;
  readonly multipathRelax?: boolean | undefined;
  readonly bfd?: boolean | undefined;
  /** Seconds. */
  readonly keepalive?: number | undefined;
  readonly hold?: number | undefined;
}

export interface CalicoBgpSpec {
  readonly nodeAs: "cluster" | "rack";
  readonly as: number;
  readonly rackAsBase: number;
  readonly acrossRacks: "as-override" | "allowas-in" | "none";
  readonly discovery: "explicit" | "range";
  readonly mesh: boolean;
  readonly routeReflectors: readonly string[];
  readonly clusterId: string;
  readonly password: boolean;
  readonly maximumPrefix: number | null;
  readonly filter: boolean;
  readonly advertiseServices: boolean;
  /** Seconds; null leaves the default of either end. */
  readonly keepalive: number | null;
  readonly hold: number | null;
}

/** A machine outside the cluster. */
export interface HostSpec {
  readonly path: string;
  readonly name: string;
  readonly leaf: string;
  readonly index: number | null;
  readonly address: string | null;
  readonly port: number | null;
  /** Null: the lab's. */
  readonly kernel: KernelChoice | null;
}

export interface NetscalerSpec {
  readonly path: string;
  readonly name: string;
  readonly leaf: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly as: number;
  readonly maxPaths: number;
  readonly vips: readonly string[];
  /** Null: every node. */
  readonly neighbors:
    readonly { readonly path: string; readonly address: string; readonly remoteAs: number | null }[] | null;
}

export interface LeafSpec extends SwitchSpec {
  readonly serverSubnet: string | null;
  /** Null: the first address of the server subnet. */
  readonly gateway: string | null;
}

export interface NodeSpec {
  readonly path: string;
  readonly name: string;
  readonly role: "control-plane" | "worker";
  /** Name of a leaf. */
  readonly leaf: string;
  readonly index: number | null;
  readonly address: string | null;
  /** N of the leaf's swpN. */
  readonly port: number | null;
  /** Null: the lab's. */
  readonly kernel: KernelChoice | null;
}

/** The short forms of what Calico does: see `CALICO_MODES` for what each stands for. */
export type CalicoMode = "vxlan" | "bgp";
/**
 * Who tells nodes the way to the pods of other nodes.
 *
 * - felix: Calico's Felix alone, from the datastore; no BGP
 * - mesh: the nodes, by BGP, each with every other
 * - fabric: the leaves, with which every node peers by BGP
 * - reflectors: route reflectors among the nodes, which alone peer with their leaves
 */
export type CalicoRouting = "felix" | "mesh" | "fabric" | "reflectors";
/** Which outer header pods' packets get between nodes, and whether they get it between nodes of one subnet too. */
export type CalicoEncapsulation =
  { readonly kind: "none" } | { readonly kind: "ipip" | "vxlan"; readonly when: "always" | "cross-subnet" };
/** Reverse-path filter: net.ipv4.conf.*.rp_filter 0, 1, 2. */
export type RpFilter = "off" | "strict" | "loose";

export interface LabSpec {
  readonly name: string;
  readonly domain: string;
  readonly management: { readonly subnet: string };
  readonly fabric: {
    readonly spines: readonly SwitchSpec[];
    readonly leaves: readonly LeafSpec[];
    /** Bytes. */
    readonly mtu: number;
    readonly asBase: { readonly spines: number; readonly leaves: number };
    readonly loopbacks: string;
    readonly serverSubnets: string;
    readonly links: { readonly pool: string; readonly spineCapacity: number; readonly firstUplinkPort: number };
    readonly bgp: BgpSettings;
  };
  readonly nodes: readonly NodeSpec[];
  readonly hosts: readonly HostSpec[];
  readonly kubernetes: {
    readonly version: string;
    readonly podCidr: string;
    readonly serviceCidr: string;
    readonly growth: { readonly nodes: number; readonly podsPerNode: number } | null;
  };
  readonly calico: {
    /** The short form; null where the lab is written with `routing` or `encapsulation`. */
    readonly mode: CalicoMode | null;
    readonly routing: CalicoRouting;
    readonly encapsulation: CalicoEncapsulation;
    readonly vxlan: { readonly port: number; readonly vni: number };
    readonly pool: string | null;
    readonly blockSize: number;
    readonly podMtu: number | null;
    readonly bgp: CalicoBgpSpec;
  };
  readonly netscaler: NetscalerSpec | null;
  readonly workload: {
    readonly namespace: string;
    readonly name: string;
    readonly service: string;
    /** Null: none. */
    readonly localService: string | null;
    readonly image: string;
    readonly replicas: number;
    readonly port: number;
  } | null;
  readonly rpFilter: RpFilter;
  readonly kernel: KernelChoice;
  /** Rules switched off, by name, with the reason. */
  readonly rules: Readonly<Record<string, { readonly off: string }>>;
}
