import { readSpec, sortProblems, type LabSpec, type Problem } from "../spec";
import { allocate } from "./allocate";
import { checkLab } from "./rules";

/**
 * Reads the stack config value `fabriclab:lab` and checks it whole: schema and rules in one go, so that every problem shows at once.
 *
 * @returns the spec, or all problems sorted by path
 */
export function parseSpec(value: unknown): { spec: LabSpec } | { problems: Problem[] } {
  const { spec, problems } = readSpec(value);
  const broken = problems.map((problem) => problem.path);
  // A setting the schema refused was read as if absent: what the rules say about its default would only confuse.
  const fresh = spec === null ? [] : checkLab(allocate(spec)).filter((problem) => ![problem.path, ...Object.keys(problem.values)].some((path) => broken.some((each) => related(path, each))));
  const all = [...problems, ...fresh];
  return spec !== null && all.length === 0 ? { spec } : { problems: sortProblems(all) };
}

/** Whether one path is the other or holds it. */
function related(a: string, b: string): boolean {
  const within = (inner: string, outer: string): boolean => outer === "" || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return within(a, b) || within(b, a);
}
