import type { HostSpec, LabSpec, NetscalerSpec, NodeSpec, SwitchSpec } from "../../lab-spec";
import type { Setting } from "./setting";

/**
 * What the spec and the numbering rules give, before it is known whether it is sound: null stands where nothing could be allocated.
 * Rules read this; a plan is made of it when no rule objects.
 */
export interface SwitchAllocation {
  readonly spec: SwitchSpec;
  readonly role: "spine" | "leaf";
  readonly name: string;
  readonly index: Setting<number | null>;
  readonly hostname: Setting<string>;
  readonly as: Setting<number | null>;
  readonly loopback: Setting<string | null>;
}

export interface LeafAllocation extends SwitchAllocation {
  readonly serverSubnet: Setting<string | null>;
  /** First host address of the server subnet; null if it has none. */
  readonly gateway: string | null;
}

export interface NodeAllocation {
  readonly spec: NodeSpec;
  readonly leaf: LeafAllocation | null;
  readonly index: Setting<number | null>;
  readonly address: Setting<string | null>;
  /** N of the leaf's swpN. */
  readonly port: Setting<number | null>;
}

export interface HostAllocation {
  readonly spec: HostSpec;
  readonly leaf: LeafAllocation | null;
  readonly index: Setting<number | null>;
  readonly address: Setting<string | null>;
  readonly port: Setting<number | null>;
}

export interface NetscalerAllocation {
  readonly spec: NetscalerSpec;
  readonly leaf: LeafAllocation | null;
  readonly address: Setting<string | null>;
  readonly port: Setting<number | null>;
}

export interface LinkAllocation {
  readonly leaf: SwitchAllocation;
  readonly spine: SwitchAllocation;
  /** Number in the pool of /31s. */
  readonly index: number;
  /** Null if the pool has no such /31. */
  readonly addresses: { readonly spine: string; readonly leaf: string } | null;
  readonly leafPort: number;
  readonly spinePort: number;
}

export interface Allocation {
  readonly spec: LabSpec;
  /** In the order of the spec. */
  readonly spines: readonly SwitchAllocation[];
  readonly leaves: readonly LeafAllocation[];
  readonly nodes: readonly NodeAllocation[];
  readonly hosts: readonly HostAllocation[];
  readonly netscaler: NetscalerAllocation | null;
  /** Every leaf with every spine, those with both indices known. */
  readonly links: readonly LinkAllocation[];
}
