import type { OuterHeader } from "../encapsulation";
import type { Address, Prefix } from "../types";

/** Where packets start or end. */
export interface PathEnd {
  /** What `fabriclab predict --path` takes: "pod:k8s-node-l1-1", "k8s-node-l1-1", "service:kube-dns", "nodeport:k8s-node-l1-1", "leaf1", an address. */
  readonly name: string;
  readonly kind: "pod" | "node" | "service" | "host" | "switch" | "netscaler" | "vip" | "nodeport" | "address";
  /** Machine it is on; null for a service and an address that no machine of the lab has. */
  readonly machine: string | null;
  readonly address: Address;
  /** The address is a stand-in: the cluster hands out the real one when it runs, from the same prefix. */
  readonly nominal: boolean;
}

/** A way out of a hop: one link. */
export interface Crossing {
  /** Machine at the other end. */
  readonly to: string;
  /** Name of the link, or "veth" between a pod and its node. */
  readonly link: string;
  /** Bytes an IP packet may have on the link, the encapsulation's own header included. */
  readonly mtu: number;
  readonly encapsulation: OuterHeader | null;
}

/** What a machine does with the packet. */
export type Action = "send" | "route" | "bridge" | "receive" | "drop";

/** A machine on the way. Several hops of one step are choices: which of them a flow takes depends on its hash. */
export interface Hop {
  /** Machine; "pod:NODE" for a pod. */
  readonly at: string;
  readonly action: Action;
  /** TTL of the packet (the inner one where it is encapsulated) as it leaves the machine, or as it is received or dropped. */
  readonly ttl: number;
  /** Source as it leaves: kube-proxy and natOutgoing put a node's in the place of another. */
  readonly source: Address;
  /** Destination as it leaves: kube-proxy turns a service's into an endpoint's. */
  readonly destination: Address;
  /** The route that sends it on; null where none is asked (a bridge, an endpoint). */
  readonly route: Prefix | null;
  readonly out: readonly Crossing[];
  /** Why it is dropped; empty unless it is. */
  readonly reason: string;
}

/** Why a packet ends before it arrives. */
export type DropCause =
  | "no route"
  | "blackhole"
  | "loop"
  | "no such address"
  | "link down"
  | "policy"
  | "no endpoint"
  | "no tunnel"
  | "ttl"
  | "reverse path";

export interface PathArrival {
  readonly at: string;
  readonly ttl: number;
}
export interface Drop {
  readonly at: string;
  readonly cause: DropCause;
  readonly reason: string;
}

/** What a packet goes through from one endpoint to another. */
export interface Path {
  readonly from: PathEnd;
  readonly to: PathEnd;
  /** "depends": some flows arrive and some don't, by the choice that equal routes or kube-proxy make. */
  readonly verdict: "arrives" | "depends" | "dropped";
  /** TTLs with which packets may be received, ascending; one unless choices differ in length. */
  readonly ttls: readonly number[];
  readonly mtu: PathMtu;
  /** In the order of travel; hops of one step are choices. */
  readonly steps: readonly (readonly Hop[])[];
  readonly arrivals: readonly PathArrival[];
  readonly drops: readonly Drop[];
}

export interface PathMtu {
  /** Largest IP packet the sender's own interface takes, bytes. */
  readonly sender: number;
  /** Largest IP packet that arrives whole, bytes. */
  readonly largest: number;
  /** Link that sets the limit where it is below the sender's, so that full-sized packets with DF set are dropped there; else null. */
  readonly limit: string | null;
}
