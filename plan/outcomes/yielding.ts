import { isError, type Problem } from "../../lab-spec";
import type { Allocation } from "../allocate";
import { RULES } from "../rules";
import { outcomesOf } from "./outcomes";
import { deadPaths } from "./pairs";

/** Rules that refuse what can't be built yet, and that say nothing against its routing. */
const UNBUILT = ["netscaler-unbuilt"];

/** Whether a problem leaves no sense in asking what comes of the lab. */
export const isUnsound = (problem: Problem): boolean => isError(problem) && !UNBUILT.includes(problem.rule);

const YIELDING = new Set(RULES.filter((rule) => rule.yields).map(({ name }) => name));

/**
 * Problems of a lab, once the prediction has been asked: where nothing refuses the lab but rules that yield, and every pair of endpoints that is meant to arrive does (by
 * default routes, say), what these rules found is a warning.
 *
 * @param problems all that the rules find in the lab
 */
export function afterPrediction(lab: Allocation, problems: readonly Problem[]): readonly Problem[] {
  const refusing = problems.filter(isUnsound);
  if (refusing.length === 0 || !refusing.every(({ rule }) => YIELDING.has(rule)) || !arrives(lab)) return problems;
  return problems.map((each) =>
    YIELDING.has(each.rule)
      ? { ...each, severity: "warning", message: `${each.message}; all pairs arrive all the same` }
      : each,
  );
}

const arrives = (lab: Allocation): boolean => deadPaths(lab, outcomesOf(lab).paths).length === 0;
