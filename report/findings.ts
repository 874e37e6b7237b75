import { allocate, isOff, judgeSpec, OUTCOME_RULES, RULES, type HostFacts, type OutcomeOptions } from "../plan";
import { fileURLToPath } from "node:url";
import { shellWord } from "../common/shell-word";
import { readSpec, sortProblems, type Problem } from "../lab-spec";
import type { FileFindings, PlacedProblem } from "./sarif";
import { pathParts, readPlacedYaml } from "./yaml-places";

/** Findings of one stack file: whole, with what its off-switches hide. */
export interface CheckedFile extends FileFindings {
  /** Rules switched off, by name, with the reason. */
  readonly off: Readonly<Record<string, string>>;
  /** No errors. */
  readonly sound: boolean;
}

/** Checks the text of a stack file. Pure. */
export function checkStackText(uri: string, text: string, host?: HostFacts, options: OutcomeOptions = {}): CheckedFile {
  const yaml = readPlacedYaml(text);
  if (yaml.errors.length > 0) {
    const problems = yaml.errors.map(({ message, region }): PlacedProblem => ({
      path: "",
      message,
      values: {},
      remedy: "Correct the YAML.",
      rule: "yaml-syntax",
      severity: "error",
      region,
    }));
    return { uri, problems, suppressed: [], off: {}, sound: false };
  }
  const lab = at(at(yaml.value, "config"), "fabriclab:lab");
  const place = (problem: Problem): PlacedProblem => ({
    ...problem,
    remedy: aboutFile(problem.remedy, uri),
    region: yaml.regionOf(placeInFile(problem)),
  });
  const parsed = judgeSpec(lab, host, options);
  const errors = "problems" in parsed ? parsed.problems : [];
  const { spec } = readSpec(lab);
  const switched = spec === null ? [] : hidden(lab, host);
  return {
    uri,
    problems: [...errors, ...parsed.warnings].map(place),
    suppressed: switched.map(({ problem, reason }) => ({ ...place(problem), reason })),
    off:
      spec === null
        ? {}
        : Object.fromEntries(
            Object.entries(spec.rules)
              .map(([name, { off }]) => [name, off])
              .sort(),
          ),
    sound: errors.length === 0,
  };
}

/** A remedy whose commands look at the file that the problem is in, not at the default stack. */
function aboutFile(remedy: string, uri: string): string {
  const stack = /^Pulumi\.([^/]+)\.yaml$/.exec(uri)?.[1];
  const file = uri.startsWith("file:") ? fileURLToPath(uri) : decodeURIComponent(uri);
  const option = stack === undefined ? `--config ${shellWord(file)}` : `--stack ${stack}`;
  return remedy.replace(/`fabriclab predict /g, `\`fabriclab predict ${option} `);
}

/** Problems of the lab in a stack file, with their places in its text. */
export function placedProblems(text: string, problems: readonly Problem[]): PlacedProblem[] {
  const { regionOf } = readPlacedYaml(text);
  return problems.map((each) => ({ ...each, region: regionOf(placeInFile(each)) }));
}

const placeInFile = (problem: Problem): (string | number)[] => ["config", "fabriclab:lab", ...pathParts(problem.path)];

/** What the rules that are switched off would say. */
function hidden(value: unknown, host: HostFacts | undefined): { problem: Problem; reason: string }[] {
  const { spec, problems } = readSpec(value);
  if (spec === null || problems.length > 0) return [];
  const lab = allocate(spec);
  const found = [...RULES, ...OUTCOME_RULES]
    .filter((rule) => isOff(rule, lab))
    .flatMap((rule) => rule.check(lab, host));
  return sortProblems(found).map((problem) => ({ problem, reason: spec.rules[problem.rule]?.off ?? "" }));
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
