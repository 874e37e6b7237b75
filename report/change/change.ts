import { nodesOf } from "../../plan/lookup";
import { nodesSpeakBgp } from "../../plan/calico";
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

/** Predicts both plans with the same pod blocks. Only the cluster knows which blocks its nodes have, so made-up ones stand in: a node that stays keeps its block, and a node that comes gets one that no other node had. */
function predictBoth(before: LabPlan, after: LabPlan): readonly [LabPrediction, LabPrediction] {
  const was = predictLab(before);
  if (!nodesSpeakBgp(before.calico) || !nodesSpeakBgp(after.calico)) return [was, predictLab(after)];
  const known = new Set(nodesOf(before).map(({ name }) => name));
  const numbered = nominalBlocks({
    ...after,
    servers: [...nodesOf(before), ...nodesOf(after).filter(({ name }) => !known.has(name))],
  });
  return [
    was,
    predictLab(after, { blocks: Object.fromEntries(nodesOf(after).map(({ name }) => [name, numbered[name] ?? []])) }),
  ];
}
