import type { Address } from "../../plan/types";
import type { Path } from "../../plan/paths";

/** Where real packets start: a pod's network namespace or a machine itself. */
export interface LiveSource {
  readonly machine: string;
  readonly namespace: string | null;
  readonly address: Address;
}

/** A packet seen leaving a machine by a cable. */
export interface LiveCrossing {
  readonly at: string;
  readonly interface: string;
  readonly link: string;
  readonly to: string;
  /** "UDP 4789 VNI 4096 10.0.101.11 > 10.0.102.11", or empty for none. */
  readonly encapsulation: string;
}

/** Who answered a packet of a TTL: "time exceeded" on the way, an echo at the end. */
export interface Answer {
  readonly ttl: number;
  readonly address: Address;
  readonly machine: string | null;
  readonly arrived: boolean;
}

export interface LivePath {
  readonly arrived: boolean;
  readonly source: Address;
  readonly destination: Address;
  /** In the order of travel. */
  readonly crossings: readonly LiveCrossing[];
  /** By TTL; empty for a service, which answers no echoes. */
  readonly answers: readonly Answer[];
}

export interface TraceResult {
  readonly lab: string;
  readonly from: string;
  readonly to: string;
  readonly predicted: Path;
  readonly live: LivePath;
  readonly asPredicted: boolean;
  readonly differences: readonly string[];
}
