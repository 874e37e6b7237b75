/** An error refuses the lab; a warning is told, and the lab built. */
export type Severity = "error" | "warning";

/** One reason why a lab can't be built as written, or why it may not do what is meant. */
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
  readonly severity: Severity;
}

export const isError = (problem: Problem): boolean => problem.severity === "error";

/** Thrown where a valid lab is needed and there is none; carries every problem. */
export class InvalidLabError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.name = "InvalidLabError";
  }
}

/** Text for people: every problem with its values and its remedy, errors first, in the order of the paths. */
export function formatProblems(problems: readonly Problem[]): string {
  const errors = sortProblems(problems.filter(isError));
  const warnings = sortProblems(problems.filter((each) => !isError(each)));
  const counts = [
    errors.length > 0 || warnings.length === 0 ? plural(errors.length, "problem") : null,
    warnings.length > 0 ? plural(warnings.length, "warning") : null,
  ];
  return [
    `fabriclab:lab has ${counts.filter((each) => each !== null).join(" and ")}`,
    ...[...errors, ...warnings].map(formatProblem),
  ].join("\n\n");
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** By path (numbers in it by value), then rule, then message: the order is the same whatever rule ran first. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
  return [...problems].sort((a, b) => order(a.path, b.path) || order(a.rule, b.rule) || order(a.message, b.message));
}

export function formatProblem(problem: Problem): string {
  const values = Object.entries(problem.values).map(([path, value]) => `    ${path}: ${value}`);
  return [
    `${problem.path || "(the whole value)"}: ${problem.message} [${problem.rule}${isError(problem) ? "" : ", warning"}]`,
    ...values,
    `    remedy: ${problem.remedy}`,
  ].join("\n");
}
