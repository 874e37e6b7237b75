import { formatProblem, isError } from "../lab-spec";
import type { CheckedFile } from "./findings";
import type { PlacedProblem } from "./sarif";

/** For people: every problem as file:line:column, errors first. */
export function checkedText({ uri, problems, suppressed, off, sound }: CheckedFile): string {
  const errors = problems.filter(isError);
  const warnings = problems.filter((each) => !isError(each));
  const counts = [
    [errors.length, "problem"],
    [warnings.length, "warning"],
  ] as const;
  const verdict = counts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? "" : "s"}`)
    .join(", ");
  const switched = Object.entries(off).map(
    ([name, reason]) => `  off: ${name}, ${suppressed.filter((each) => each.rule === name).length} found: ${reason}`,
  );
  return [
    `${uri}: ${sound ? "sound" : "refused"}${verdict === "" ? "" : ` (${verdict})`}`,
    ...switched,
    ...[...errors, ...warnings].map((problem) => `\n${placedText(uri, problem)}`),
  ].join("\n");
}

const placedText = (uri: string, problem: PlacedProblem): string =>
  `${uri}:${problem.region.startLine}:${problem.region.startColumn} ${formatProblem(problem)}`;

/** Problems of a lab that is looked at all the same, each with its place in the file, errors first. */
export function problemsText(uri: string, problems: readonly PlacedProblem[]): string {
  const sorted = [...problems.filter(isError), ...problems.filter((each) => !isError(each))];
  return sorted.map((problem) => placedText(uri, problem)).join("\n\n");
}
