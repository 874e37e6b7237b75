import type { ProbeResult } from "./probe";
import type { Kind } from "./actions";

/** A session that a switch, or BIRD on a node, found down. */
export interface Detection {
  readonly machine: string;
  readonly neighbor: string;
  readonly afterMs: number;
  /** FRR's or BIRD's words: "Interface down", "BFD down received", "Hold Timer Expired". */
  readonly why: string;
}

/** What flows lost in one phase: those whose packets should arrive. */
export interface Loss {
  readonly sent: number;
  readonly lost: number;
  /** Flows that lost something, of how many. */
  readonly flowsHit: number;
  readonly flows: number;
  /** Milliseconds from the first to the last lost packet; 0 if none or one was lost. */
  readonly spanMs: number;
  /** Null: a flow got no answer any more until the end of the phase. */
  readonly longestGapMs: number | null;
}

export interface RoutingResult {
  readonly asPredicted: boolean;
  /** Milliseconds until all machines showed what is predicted; null if they never did. */
  readonly afterMs: number | null;
  /** The machines that differed in the look before, or differ still; sorted. */
  readonly last: readonly string[];
  /** Compared: session ends, kernel routes. */
  readonly sessions: number;
  readonly routes: number;
  readonly differences: readonly string[];
}

/** A line of shell that undoes a step on its machine. */
export interface Left {
  readonly machine: string;
  readonly undo: string;
}

export interface DrillResult {
  readonly lab: string;
  readonly kind: Kind;
  readonly action: string;
  readonly how: string;
  readonly started: string;
  /** Whether the sessions that it ends run BFD: some of them, all, none. */
  readonly bfd: "on" | "off" | "partly";
  readonly detected: readonly Detection[];
  /** From the failure to its undoing. */
  readonly failure: { readonly loss: Loss; readonly routing: RoutingResult };
  /** Flows that can't arrive while it lasts, or not all of them: an end, or a backend of the service, is cut off. */
  readonly cutOff: readonly { readonly flow: string; readonly sent: number; readonly lost: number }[];
  /** From its undoing to the end; null with `--keep`. */
  readonly restored: { readonly loss: Loss; readonly routing: RoutingResult } | null;
  /** Longest time between two looks at the routing: what `afterMs` is exact to. */
  readonly resolutionMs: number;
  /** What undoes it, where it was kept: machine and command. */
  readonly left: readonly Left[];
  readonly probe: ProbeResult;
}
