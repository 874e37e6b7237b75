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
  /** Every possible number of prefixes received, ascending. */
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
