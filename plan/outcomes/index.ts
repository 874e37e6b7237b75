import { isError, readSpec, sortProblems, type Problem } from "../../lab-spec";
import { allocate, type Allocation } from "../allocate";
import { parseSpec, type Parsed } from "../parse";
import { checkLab, isOff, type HostFacts, type Rule } from "../rules";
import { OUTCOME_RULE_TEXTS, type OutcomeRuleName } from "../rules/outcome-rules";
import type { Finding } from "../rules/rule";
import { singleFailures } from "./failures";
import { outcomesOf } from "./outcomes";
import { deadPaths, dependingPaths, narrowPaths, transitPaths } from "./pairs";
import { afterPrediction, isUnsound } from "./yielding";
import { downSessions, unreachableNextHops, unsettledRoutes } from "./routing";

/** What each rule finds in a lab that the other rules let pass. */
const FIND: Readonly<Record<OutcomeRuleName, (lab: Allocation) => Finding[]>> = {
  "next-hop-unreachable": (lab) => {
    const { plan, prediction } = outcomesOf(lab);
    return unreachableNextHops(lab, plan, prediction);
  },
  "path-dead": (lab) => deadPaths(lab, outcomesOf(lab).paths),
  "path-depends": (lab) => dependingPaths(lab, outcomesOf(lab).paths),
  "path-mtu": (lab) => narrowPaths(lab, outcomesOf(lab).paths),
  "path-transit": (lab) => {
    const { plan, paths } = outcomesOf(lab);
    return transitPaths(lab, plan, paths);
  },
  "session-down": (lab) => downSessions(lab, outcomesOf(lab).prediction),
  "single-failure": singleFailures,
  "unsettled-routes": (lab) => unsettledRoutes(lab, outcomesOf(lab).prediction),
};

const sound = new WeakMap<Allocation, boolean>();

/** Whether a lab is whole enough to say what comes of it: no other rule refuses it. */
function isSound(lab: Allocation): boolean {
  const known = sound.get(lab) ?? !afterPrediction(lab, checkLab(lab)).some(isUnsound);
  sound.set(lab, known);
  return known;
}

/** The rules about what a lab would do, by name. They find nothing in a lab that another rule refuses. */
export const OUTCOME_RULES: readonly Rule[] = OUTCOME_RULE_TEXTS.map((text): Rule => ({
  ...text,
  yields: false,
  check: (lab) =>
    isSound(lab)
      ? FIND[text.name](lab).map((finding): Problem => ({ ...finding, rule: text.name, severity: text.severity }))
      : [],
}));

export interface OutcomeOptions {
  /** Whether the lab is asked for with each link and switch down too; yes unless it says no. */
  readonly failures?: boolean;
}

/** The rule that asks what each failure costs. */
const FAILURES: OutcomeRuleName = "single-failure";

/** As `parseSpec`, and what comes of the lab as well, where its spec is sound enough to say. */
export function judgeSpec(value: unknown, host?: HostFacts, { failures = true }: OutcomeOptions = {}): Parsed {
  const parsed = parseSpec(value, host);
  const refused = "problems" in parsed ? parsed.problems : [];
  const { spec } = readSpec(value);
  if (spec === null || refused.some(isUnsound)) return parsed;
  const lab = allocate(spec);
  const asked = OUTCOME_RULES.filter((rule) => !isOff(rule, lab) && (failures || rule.name !== FAILURES));
  const found = asked.flatMap((rule) => rule.check(lab));
  const warnings = sortProblems([...parsed.warnings, ...found.filter((each) => !isError(each))]);
  const problems = sortProblems([...refused, ...found.filter(isError)]);
  return problems.length > 0 ? { problems, warnings } : { spec, warnings };
}
