import type { Address, Prefix } from "../types";

/** A path a router may settle on as its best for a prefix. */
export interface PathOption {
  /** Neighbor it came from; null on a router that originates the prefix. */
  readonly via: string | null;
  /** Address of that neighbor, the next hop; null with `via`. */
  readonly nextHop: Address | null;
  /** AS path as the router's table shows it, nearest first; empty for an own prefix. */
  readonly asPath: readonly number[];
}

/** What a router may know of a prefix once BGP is quiet. */
export interface RouterPrediction {
  readonly router: string;
  /** One of these is the best path: which one depends on timing when there are several (the oldest of equals stays). */
  readonly best: readonly PathOption[];
  /** Next hops in the forwarding table: all equal paths, sorted; empty for an own prefix. */
  readonly nextHops: readonly Address[];
}

export interface PrefixPrediction {
  readonly prefix: Prefix;
  /** Routers that originate it, sorted. */
  readonly origins: readonly string[];
  /** Routers that learn it, in the plan's order. A stable outcome is one `best` of each, chosen freely. */
  readonly routers: readonly RouterPrediction[];
}

/** What one end of a session receives from the other: `State/PfxRcd` of FRR's summary. */
export interface ReceivedPrediction {
  readonly session: string;
  readonly from: string;
  readonly to: string;
  /** Address of `from` on the session: the neighbor as `to` prints it. */
  readonly neighbor: Address;
  /** Prefixes `from` sends in every outcome, sorted. */
  readonly always: readonly Prefix[];
  /** Prefixes it sends in some outcomes, sorted; prefixes settle independently, so any number of them is possible. */
  readonly sometimes: readonly Prefix[];
  /** Every possible number of paths received, ascending: of prefixes, where the neighbor sends one path of each. */
  readonly counts: readonly number[];
}

export interface TablePrediction {
  readonly router: string;
  /** Prefixes in the BGP table, sorted. */
  readonly prefixes: readonly Prefix[];
  /** `RIB entries` of FRR's summary. */
  readonly ribEntries: number;
}

/** The routing of a fabric, before it runs. */
export interface Prediction {
  readonly prefixes: readonly PrefixPrediction[];
  readonly received: readonly ReceivedPrediction[];
  readonly tables: readonly TablePrediction[];
}

/**
 * State of one neighbor statement. ESTABLISHED, or what keeps it down, by the names of Batfish's bgpSessionCompatibility and bgpSessionStatus
 * (https://pybatfish.readthedocs.io/en/latest/notebooks/routingProtocols.html).
 */
export type SessionState =
  | "ESTABLISHED"
  /** Both ends agree, but no packet passes: a broken link or machine, no route, another password. */
  | "NOT_ESTABLISHED"
  /** No machine of the lab has the neighbor's address. */
  | "UNKNOWN_REMOTE"
  /** The neighbor has no statement back that fits: none at all, another AS number, another TTL. */
  | "HALF_OPEN"
  /** The neighbor's address is on no connected subnet and the statement has no multihop. */
  | "NO_LOCAL_IP"
  /** The neighbor's address is the router's own. */
  | "INVALID_LOCAL_IP"
  | "NO_LOCAL_AS"
  | "NO_REMOTE_AS"
  /** Several machines have the neighbor's address. */
  | "MULTIPLE_REMOTES"
  /** Not Batfish's: up at some times and down at others, by routes that depend on the session itself, or by a limit of prefixes that timing decides on. */
  | "UNSETTLED";

export interface PredictedEnd {
  /** Null where no machine has the address. */
  readonly machine: string | null;
  readonly address: Address | null;
  readonly as: number;
}

/** One neighbor statement, or one pair of them; a listening range has one for each peer that connects. */
export interface SessionPrediction {
  /** Name of the plan's session, else "leaf1 > 10.0.101.9". */
  readonly name: string;
  readonly a: PredictedEnd;
  readonly b: PredictedEnd;
  readonly type: "ebgp" | "ibgp";
  readonly state: SessionState;
  /** Why it isn't established; empty if it is. */
  readonly reason: string;
}

/** Whether something holds in every stable outcome, in some (timing decides), or in none. */
export type Certainty = "always" | "sometimes" | "never";

/** One path of a BGP table. */
export interface RibPath {
  /** Neighbor it came from: machine and address; null for an own prefix. */
  readonly from: string | null;
  readonly peer: Address | null;
  /** Null for an own prefix. */
  readonly nextHop: Address | null;
  readonly asPath: readonly number[];
  readonly localPref: number;
  readonly med: number;
  readonly origin: "igp" | "egp" | "incomplete";
  readonly type: "own" | "aggregate" | "ebgp" | "ibgp";
  /** Router ID of the router that brought the route into the AS, and the reflectors it passed, nearest first (RFC 4456). */
  readonly originator: Address | null;
  readonly clusters: readonly Address[];
  /** The next hop can be reached. */
  readonly valid: boolean;
  readonly present: Exclude<Certainty, "never">;
  readonly best: Certainty;
  /** In use: the best path and its equals. */
  readonly multipath: Certainty;
}

/** What one router may hold of one prefix. */
export interface RibEntry {
  readonly prefix: Prefix;
  /** Own paths first, then by neighbor. */
  readonly paths: readonly RibPath[];
}

export interface FibNextHop {
  readonly address: Address;
  readonly interface: string;
  /** Machine that has the address. */
  readonly machine: string | null;
}

/** One route of a machine's kernel. */
export interface FibEntry {
  readonly prefix: Prefix;
  readonly kind: "connected" | "bgp" | "blackhole" | "unreachable" | "static";
  /** Sorted by address; empty unless the route leads to other machines. */
  readonly nextHops: readonly FibNextHop[];
  /** Interface of a connected route; empty otherwise. */
  readonly interface: string;
  /** False where timing decides the next hops; `nextHops` then are all that may be. */
  readonly certain: boolean;
}

/** What is taken out of a lab before it is predicted: names of links and machines. */
export interface Broken {
  readonly links: readonly string[];
  readonly machines: readonly string[];
}

export interface PredictOptions {
  readonly broken?: Broken;
  /** Pod blocks by node, as the live cluster has handed them out. */
  readonly blocks?: Readonly<Record<string, readonly Prefix[]>>;
  /** What nodes announce beside blocks and the service range: addresses of services that keep to nodes with an endpoint (externalTrafficPolicy Local). */
  readonly announced?: Readonly<Record<string, readonly Prefix[]>>;
}

/**
 * All that BGP makes of a plan. Tables are put together when they are asked for: most readers want few of them.
 */
export interface LabPrediction {
  readonly sessions: readonly SessionPrediction[];
  readonly received: readonly ReceivedPrediction[];
  readonly tables: readonly TablePrediction[];
  /** Where pod blocks come from; "nominal": the first of the pool, in the order of nodes. */
  readonly blocks: "nominal" | "given";
  readonly blocksOf: Readonly<Record<string, readonly Prefix[]>>;
  /** Prefixes whose outcomes may be too many, because choices of routers depend on each other in ways that are not followed; sorted. */
  readonly inexact: readonly Prefix[];
  /**
   * Prefixes for which BGP may never come to rest, or in too many ways to list, and those that depend on a session whose state is UNSETTLED; sorted.
   * What tables hold of these is not certain.
   */
  readonly unsettled: readonly Prefix[];
  /** Names of the sessions whose state is UNSETTLED. */
  readonly unsettledSessions: readonly string[];
  /** BGP speakers, in the plan's order. */
  readonly speakers: readonly string[];
  /** BGP table of a speaker, prefixes in numeric order. */
  rib(speaker: string): readonly RibEntry[];
  /** Entries of a speaker's BGP table that it has heard of and has no usable path to, in the order of groups; found without the rest of the table. */
  unusable(speaker: string): readonly RibEntry[];
  /** Kernel routes of any machine, prefixes in numeric order; empty for a broken one. */
  fib(machine: string): readonly FibEntry[];
  /** The kernel route that any machine has for an address, as `fib` has it; null if there is none. It is found without the rest of the table. */
  route(machine: string, address: number): FibEntry | null;
}
