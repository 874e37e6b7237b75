import type { Address } from "../../plan/types";

/** Where a probe's packets go out. */
export interface ProbeSource {
  readonly machine: string;
  /** Name of the pod's network namespace on the machine; null: the machine itself. */
  readonly namespace: string | null;
  readonly address: Address;
}

/** One stream of packets or requests. */
export interface ProbeFlow {
  /** "k8s-node-l1-1 10.244.1.2 > k8s-node-l2-1 10.244.2.3". */
  readonly name: string;
  /** ICMP echo, or TCP connection and HTTP request of its own each time. */
  readonly kind: "ping" | "http";
  readonly source: ProbeSource;
  /** Machine that has the destination; null for a service. */
  readonly to: string | null;
  readonly address: Address;
  /** TCP port; 0 for ICMP. */
  readonly port: number;
  readonly intervalMs: number;
}

/** One packet or request. */
export interface Sample {
  readonly number: number;
  /** Milliseconds since the epoch when it was sent. */
  readonly sent: number;
  readonly answered: boolean;
}

export interface FlowResult {
  readonly flow: string;
  readonly kind: ProbeFlow["kind"];
  readonly intervalMs: number;
  readonly sent: number;
  readonly lost: number;
  /** Milliseconds from the last answered before to the first answered after, of the longest run without answer; 0 if none was lost, null if the probe's end is in it. */
  readonly longestGapMs: number | null;
  /** ISO 8601, of each that was lost. */
  readonly lostAt: readonly string[];
  /** Why the probe could not be run to its end; empty if it was. */
  readonly error: string;
}

export interface ProbeResult {
  readonly lab: string;
  readonly started: string;
  readonly seconds: number;
  readonly sent: number;
  readonly lost: number;
  /** Of all flows; null where one got no answer any more. */
  readonly longestGapMs: number | null;
  /** Pods of the workload that were not ready when it began: no flow begins or ends at them. */
  readonly podsMissing: number;
  readonly flows: readonly FlowResult[];
}
