import type { Registration } from "./resource";

export interface Pool extends Registration {
  /** Cluster that it is of, by its provider; null where the program has one alone. */
  readonly cluster: string | null;
  /** Where the resource says it: "spec", "spec.calicoNetwork.ipPools[0]". */
  readonly path: string;
  readonly cidr: string | null;
  readonly blockSize: number | null;
  readonly ipipMode: string;
  readonly vxlanMode: string;
  /** Gives no addresses out: it is there to tell Calico what is not to be translated (natOutgoing). */
  readonly disabled: boolean;
  /** Gives addresses to services of type LoadBalancer alone (Calico 3.30): it lies outside of the pods' range. */
  readonly forServices: boolean;
  /** Which nodes take addresses of it; null: all. */
  readonly nodeSelector: WrittenSelector | null;
}

/** A value of a field that knows a few. */
export interface WrittenValue extends Registration {
  readonly path: string;
  readonly text: string;
  readonly known: readonly string[];
}

/** A selector as it is written: whether it can be read is for the rules. */
export interface WrittenSelector extends Registration {
  readonly path: string;
  readonly text: string;
}

/** How nodes without a tunnel or an outer header send to each other; of an Installation, or of FelixConfiguration. */
export interface WrittenMtu extends Registration {
  readonly path: string;
  readonly mtu: number;
  /** Bytes that the outer header takes of the link's MTU. */
  readonly overhead: number;
}

/** The operator's Installation, or the values of its chart. */
export interface Installation extends Registration {
  /** Where the resource says it: "spec", "values.installation". */
  readonly root: string;
  /** Whether nodes run BIRD; null: by default. */
  readonly bgp: boolean | null;
}

export interface Filter extends Registration {
  readonly object: string | null;
  readonly cluster: string | null;
  readonly rules: readonly {
    readonly path: string;
    readonly family: 4 | 6;
    readonly cidr: string | null;
    readonly action: string | null;
    readonly isExport: boolean;
    readonly isOpen: boolean;
  }[];
}

export interface Ipam extends Registration {
  readonly strict: boolean | null;
  readonly autoAllocates: boolean | null;
}

export interface Peer extends Registration {
  /** Without the port. */
  readonly peerIP: string | null;
  readonly as: number | null;
  readonly node: string | null;
  readonly nodeSelector: string | null;
  readonly peerSelector: string | null;
  /** Selectors that are no text. */
  readonly badSelectors: readonly string[];
  /** Cluster that it is of, by its provider; null where the program has one alone. */
  readonly cluster: string | null;
  /** Names of the BGPFilters that it applies. */
  readonly filters: readonly string[];
}

export interface BgpConfiguration extends Registration {
  readonly object: string | null;
  readonly as: number | null;
  readonly mesh: boolean | null;
  /** Ranges of services that it announces, and where they are written. */
  readonly serviceRanges: readonly { readonly path: string; readonly text: string }[];
}
export interface FelixConfiguration extends Registration {
  readonly object: string | null;
  readonly port: number | null;
  readonly vni: number | null;
}
/** Calico's objects, as IPPools and their kin, and as what the operator makes them of. */
export interface CalicoObjects {
  readonly pools: readonly Pool[];
  readonly values: readonly WrittenValue[];
  readonly selectors: readonly WrittenSelector[];
  readonly mtus: readonly WrittenMtu[];
  readonly installations: readonly Installation[];
  readonly filters: readonly Filter[];
  readonly ipams: readonly Ipam[];
  readonly peers: readonly Peer[];
  readonly bgpConfigurations: readonly BgpConfiguration[];
  readonly felixConfigurations: readonly FelixConfiguration[];
}
