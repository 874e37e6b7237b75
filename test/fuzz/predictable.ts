import { makePlan, parseSpec, refusedLab, type LabPlan } from "../../plan";
import type { LabSpec } from "../../lab-spec";

/** The rule that refuses what can be predicted and not be built. */
const UNBUILT = "netscaler-unbuilt";

/** The plan of a lab that is sound, or that is refused for nothing but its NetScaler: it must keep the invariants too. Null for any other. */
export function predictable(value: unknown): { readonly spec: LabSpec; readonly plan: LabPlan } | null {
  const parsed = parseSpec(value);
  if ("spec" in parsed) return { spec: parsed.spec, plan: makePlan(parsed.spec) };
  return parsed.problems.every(({ rule }) => rule === UNBUILT) ? refusedLab(value) : null;
}
