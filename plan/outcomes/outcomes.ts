import type { Allocation } from "../allocate";
import { planOf } from "../make";
import { blocksFor, endpointsOf, isSource, tracerOf, WHOLE, type Path, type PathEnd } from "../paths";
import { predictLab, type Broken, type LabPrediction } from "../prediction";
import type { LabPlan } from "../types";
import { representatives } from "./alike";
import { isJudged, isMeant } from "./expected";

/** What a lab would do: its routing, and what becomes of packets between the endpoints that stand for all. */
export interface LabOutcomes {
  readonly plan: LabPlan;
  readonly prediction: LabPrediction;
  /** Of pairs that are meant to reach each other. */
  readonly paths: readonly Path[];
}

const known = new WeakMap<Allocation, LabOutcomes>();

/** What comes of a lab that no rule refuses; worked out once. */
export function outcomesOf(lab: Allocation): LabOutcomes {
  const before = known.get(lab);
  if (before !== undefined) return before;
  const found = labOutcomes(planOf(lab));
  known.set(lab, found);
  return found;
}

/** Pairs that are asked: each is meant to arrive, and stands for those alike. */
export function pairsOf(plan: LabPlan, prediction: LabPrediction): [PathEnd, PathEnd][] {
  const asked = representatives(plan);
  const ends = endpointsOf(plan, blocksFor(plan, prediction)).filter(
    (end) => isJudged(end) && (end.machine === null || asked.has(end.machine)),
  );
  return ends
    .filter(isSource)
    .flatMap((from) => ends.filter((to) => isMeant(plan, from, to)).map((to): [PathEnd, PathEnd] => [from, to]));
}

/** @param broken links and machines that are taken out */
export function labOutcomes(plan: LabPlan, broken: Broken = WHOLE): LabOutcomes {
  const prediction = predictLab(plan, { broken });
  const tracer = tracerOf(plan, prediction, broken, representatives(plan));
  return { plan, prediction, paths: pairsOf(plan, prediction).map(([from, to]) => tracer.trace(from, to)) };
}
