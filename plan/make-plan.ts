import { InvalidLabError, isError, type LabSpec } from "../lab-spec";
import { allocate } from "./allocate";
import { planOf } from "./make";
import { afterPrediction } from "./outcomes/yielding";
import { checkLab } from "./rules";
import type { LabPlan } from "./types";

/**
 * The plan of a lab that no rule refuses.
 *
 * @throws InvalidLabError if a rule objects
 */
export function makePlan(spec: LabSpec): LabPlan {
  const lab = allocate(spec);
  const problems = afterPrediction(lab, checkLab(lab)).filter(isError);
  if (problems.length > 0) throw new InvalidLabError(problems);
  return planOf(lab);
}
