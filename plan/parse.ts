import { isError, readSpec, sortProblems, type LabSpec, type Problem } from "../lab-spec";
import { allocate, type Allocation } from "./allocate";
import { planOf } from "./make";
import { afterPrediction } from "./outcomes/yielding";
import { checkLab, RULES, type HostFacts } from "./rules";
import type { LabPlan } from "./types";

/** A sound spec, or what is wrong with it; warnings either way. */
export type Parsed = ({ readonly spec: LabSpec } | { readonly problems: Problem[] }) & { readonly warnings: Problem[] };

/**
 * Reads the stack config value `fabriclab:lab` and checks it whole: schema and rules in one go, so that every problem shows at once.
 *
 * @param host what the machine that will run the lab has in use, for advice
 * @returns the spec, or all errors sorted by path; and warnings, which refuse nothing
 */
export function parseSpec(value: unknown, host?: HostFacts): Parsed {
  const { spec, problems } = readSpec(value);
  const broken = problems.map((problem) => problem.path);
  // A setting the schema refused was read as if absent: what the rules say about its default would only confuse.
  const fresh =
    spec === null
      ? []
      : ruled(allocate(spec), broken.length === 0, host).filter(
          (problem) =>
            ![problem.path, ...Object.keys(problem.values)].some((path) => broken.some((each) => related(path, each))),
        );
  const errors = [...problems, ...fresh.filter(isError)];
  const warnings = fresh.filter((each) => !isError(each));
  return spec !== null && errors.length === 0 ? { spec, warnings } : { problems: sortProblems(errors), warnings };
}

/** What the rules find in a lab; of one whose every setting was read, after the prediction has been asked. */
function ruled(lab: Allocation, isWhole: boolean, host: HostFacts | undefined): readonly Problem[] {
  const found = checkLab(lab, host);
  return isWhole ? sortProblems(afterPrediction(lab, found)) : found;
}

/** Who refuses a lab that breaks a rule: the program before it builds anything, or a policy pack (stack config `fabriclab:enforce`). */
export const ENFORCERS = ["program", "policy"] as const;
export type Enforcer = (typeof ENFORCERS)[number];

/**
 * The problems for which fabriclab itself refuses a lab; none: it is built. Where a policy pack enforces the rules, those are the problems that leave nothing to build: of the schema, and
 * of rules that no spec may switch off.
 */
export function refusals(problems: readonly Problem[], enforcer: Enforcer): readonly Problem[] {
  if (enforcer === "program") return problems;
  const leftToPolicies = new Set(RULES.filter(({ fixed }) => fixed === null).map(({ name }) => name));
  return problems.filter(({ rule }) => !leftToPolicies.has(rule));
}

/** A lab that rules refuse, with the plan it would have; null where the schema refuses it too, or so much is missing that no plan can be made. */
export function refusedLab(value: unknown): { readonly spec: LabSpec; readonly plan: LabPlan } | null {
  const { spec, problems } = readSpec(value);
  if (spec === null || problems.length > 0) return null;
  try {
    return { spec, plan: planOf(allocate(spec)) };
  } catch {
    return null;
  }
}

/** Whether one path is the other or holds it. */
function related(a: string, b: string): boolean {
  const within = (inner: string, outer: string): boolean =>
    outer === "" || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return within(a, b) || within(b, a);
}
