import type { HostSpec, LabSpec, LeafSpec, NetscalerSpec, NodeSpec, SwitchSpec } from "../../lab-spec";
import type { Setting } from "./setting";

/**
 * What the spec and the numbering rules give, before it is known whether it is sound: null stands where nothing could be allocated.
 * Rules read this; a plan is made of it when no rule objects.
 */
export interface SwitchAllocation {
  readonly spec: SwitchSpec;
  /** As `SwitchPlan.tier`. */
  readonly tier: number;
  readonly name: string;
  readonly index: Setting<number | null>;
  readonly hostname: Setting<string>;
  readonly as: Setting<number | null>;
  readonly loopback: Setting<string | null>;
}

export interface LeafAllocation extends SwitchAllocation {
  readonly spec: LeafSpec;
  readonly serverSubnet: Setting<string | null>;
  /** The leaf's address in the server subnet: the first, unless the spec gives another; null if there is none. */
  readonly gateway: string | null;
}

/** What every machine behind a leaf has. */
interface ServerCommon {
  /** Null if the fabric has no leaf of the name that the spec gives. */
  readonly leaf: LeafAllocation | null;
  readonly address: Setting<string | null>;
  /** N of the leaf's swpN. */
  readonly port: Setting<number | null>;
}

export interface NodeAllocation extends ServerCommon {
  readonly kind: "node";
  readonly spec: NodeSpec;
  /** Among the nodes of its role on its leaf. */
  readonly index: Setting<number | null>;
}

export interface HostAllocation extends ServerCommon {
  readonly kind: "host";
  readonly spec: HostSpec;
  /** Among the hosts on its leaf. */
  readonly index: Setting<number | null>;
}

export interface BalancerAllocation extends ServerCommon {
  readonly kind: "balancer";
  readonly spec: NetscalerSpec;
  /** There is one load balancer: nothing to count. */
  readonly index: null;
}

export type ServerAllocation = NodeAllocation | HostAllocation | BalancerAllocation;

/** A cable between two switches: `lower` is of the tier below that of `upper`. */
export interface LinkAllocation {
  readonly lower: SwitchAllocation;
  readonly upper: SwitchAllocation;
  /** Number in the pool of /31s. */
  readonly index: number;
  /** Null if the pool has no such /31. */
  readonly addresses: { readonly lower: string; readonly upper: string } | null;
  /** N of the swpN at either end. */
  readonly ports: { readonly lower: number; readonly upper: number };
}

export interface Allocation {
  readonly spec: LabSpec;
  /** Spines, then leaves, each in the order of the spec: `spinesOf` and `leavesOf` (plan/lookup.ts). */
  readonly switches: readonly (SwitchAllocation | LeafAllocation)[];
  /** Nodes, hosts, the load balancer, each in the order of the spec. */
  readonly servers: readonly ServerAllocation[];
  /** Every leaf with every spine, those with both indices known. */
  readonly links: readonly LinkAllocation[];
}
