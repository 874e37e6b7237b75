/** One reason why a lab can't be built as written. */
export interface Problem {
  /** Property path in the stack config value `fabriclab:lab`: "fabric.leaves[1].as"; empty for the value itself. */
  readonly path: string;
  /** What is wrong, in one sentence that names the values. */
  readonly message: string;
  /** Property path to value, of everything that takes part in the problem; `(default)` marks values nobody wrote. */
  readonly values: Readonly<Record<string, string>>;
  /** What to write instead. */
  readonly remedy: string;
  /** Name of the rule, kebab-case. */
  readonly rule: string;
}

/** Thrown where a valid lab is needed and there is none; carries every problem. */
export class InvalidLabError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.name = "InvalidLabError";
  }
}

/** Text for people: every problem with its values and its remedy, in the order of the paths. */
export function formatProblems(problems: readonly Problem[]): string {
  const head = `fabriclab:lab has ${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  return [head, ...sortProblems(problems).map(formatProblem)].join("\n\n");
}

/** By path (numbers in it by value), then rule, then message: the order is the same whatever rule ran first. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
  return [...problems].sort((a, b) => order(a.path, b.path) || order(a.rule, b.rule) || order(a.message, b.message));
}

function formatProblem(problem: Problem): string {
  const values = Object.entries(problem.values).map(([path, value]) => `    ${path}: ${value}`);
  return [`${problem.path || "(the whole value)"}: ${problem.message} [${problem.rule}]`, ...values, `    remedy: ${problem.remedy}`].join("\n");
}
