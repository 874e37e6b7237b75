import type { OuterHeader } from "../encapsulation";
import { predictLab, type PredictOptions } from "../prediction";
import type { LabPlan } from "../types";
import { endpointsOf } from "./endpoints";
import { blocksFor } from "./pods";
import { tracerOf } from "./trace";
import type { PathEnd, Path } from "./types";

/** What a packet from a pod on one node to a pod on another goes through. */
export interface PodPath {
  readonly from: string;
  readonly to: string;
  /** TTL with which it arrives: each node it is routed through takes one, and where nothing encapsulates it, each switch. */
  readonly ttl: number;
  /** Null where the packet travels as it is. */
  readonly encapsulation: OuterHeader | null;
  /** Largest IP packet a pod may send, bytes. */
  readonly mtu: number;
  /** Switches that carry it; a list of choices where the fabric spreads flows over spines. */
  readonly via: readonly (readonly string[])[];
}

/** The path of every ordered pair of nodes that have pods, a node with itself included, in the plan's order of nodes. */
export function podPaths(plan: LabPlan, options: PredictOptions = {}): PodPath[] {
  const prediction = predictLab(plan, options);
  const pods = endpointsOf(plan, blocksFor(plan, prediction)).filter((each) => each.kind === "pod");
  const tracer = tracerOf(plan, prediction);
  return pods.flatMap((from) => pods.map((to) => podPath(plan, from, to, tracer.trace(from, to))));
}

/** @throws Error for a pair whose packets don't arrive, or not all: such a lab has no paths to compare with */
function podPath(plan: LabPlan, from: PathEnd, to: PathEnd, path: Path): PodPath {
  const [ttl, ...others] = path.ttls;
  if (ttl === undefined || others.length > 0 || path.verdict !== "arrives")
    throw new Error(
      `no sure path from ${from.name} to ${to.name}: ${path.drops.map((each) => each.reason).join("; ") || "its length varies"}`,
    );
  const switches = new Set(plan.switches.map((each) => each.name));
  return {
    from: from.machine ?? "",
    to: to.machine ?? "",
    ttl,
    encapsulation:
      path.steps
        .flat()
        .flatMap((hop) => hop.out)
        .find((each) => each.encapsulation !== null)?.encapsulation ?? null,
    mtu: path.mtu.largest,
    via: path.steps
      .map((hops) => hops.map((hop) => hop.at).filter((at) => switches.has(at)))
      .filter((names) => names.length > 0),
  };
}
