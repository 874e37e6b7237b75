import { predictLab, type LabPrediction } from "../../plan/prediction";
import { nominalBlocks } from "../../plan/prediction/blocks";
import type { LabPlan } from "../../plan/types";
import { routeChanges, type RouteChange } from "./routes";
import { sessionChanges, type SessionChange } from "./sessions";

/** What a change of a running lab does to its network. */
export interface NetworkChange {
  readonly sessions: readonly SessionChange[];
  /** How many sessions of the lab are left alone. */
  readonly untouched: number;
  readonly routes: readonly RouteChange[];
}

/** What becomes of a deployed plan's sessions and routes when the other plan takes its place; null if they are the same plan. */
export function networkChange(before: LabPlan, after: LabPlan): NetworkChange | null {
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  const [was, now] = predictBoth(before, after);
  const sessions = sessionChanges(before, after, was, now);
  return {
    sessions,
    untouched: was.sessions.length - sessions.filter((each) => each.effect !== "appears").length,
    routes: routeChanges(before, after, was, now),
  };
}

/** A node that stays keeps its pod blocks; one that comes gets one that nobody had. Which ones they are, only the cluster knows: stand-ins, the same in both. */
function predictBoth(before: LabPlan, after: LabPlan): readonly [LabPrediction, LabPrediction] {
  const was = predictLab(before);
  if (before.calico.mode !== "bgp" || after.calico.mode !== "bgp") return [was, predictLab(after)];
  const known = new Set(before.nodes.map(({ name }) => name));
  const numbered = nominalBlocks({
    ...after,
    nodes: [...before.nodes, ...after.nodes.filter(({ name }) => !known.has(name))],
  });
  return [
    was,
    predictLab(after, { blocks: Object.fromEntries(after.nodes.map(({ name }) => [name, numbered[name] ?? []])) }),
  ];
}
