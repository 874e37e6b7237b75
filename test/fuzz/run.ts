import * as fc from "fast-check";
import { stringify } from "yaml";
import { parseSpec } from "../../plan";
import { frrConfig } from "../../plan/render/frr";
import { checkStackText } from "../../report/findings";
import { formatProblems } from "../../lab-spec";
import { ANYTHING, BY_SCHEMA } from "./arbitraries";
import { brokenInvariants, brokenRoutes } from "./invariants";
import { LABS } from "./labs";
import { predictable } from "./predictable";

export interface FuzzTally {
  readonly runs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly rules: Readonly<Record<string, number>>;
}

/**
 * Feeds random specs to everything that reads one: nothing may throw, what is refused must say why, and what is accepted must keep the
 * invariants.
 *
 * @throws where something doesn't hold, with the smallest spec found and the seed that finds it again
 */
export function fuzz(runs: number, seed?: number): FuzzTally {
  const rules = new Map<string, number>();
  let accepted = 0;
  let refused = 0;
  const specs = fc.oneof(
    { weight: 12, arbitrary: LABS },
    { weight: 7, arbitrary: BY_SCHEMA },
    { weight: 1, arbitrary: ANYTHING },
  );
  fc.assert(
    fc.property(specs, (value) => {
      const parsed = parseSpec(value);
      const problems = [...("problems" in parsed ? parsed.problems : []), ...parsed.warnings];
      for (const { rule } of problems) rules.set(rule, (rules.get(rule) ?? 0) + 1);
      const text = formatProblems(problems);
      if (/\n\s+at .*\(|\bundefined\b.*remedy|\[object /.test(text)) throw new Error(`a text that is none: ${text}`);
      checkText(value);
      if ("problems" in parsed && parsed.problems.length === 0) throw new Error("refused without a reason");
      const made = predictable(value);
      if (made === null) {
        refused++;
        return;
      }
      accepted++;
      const { plan, spec } = made;
      for (const each of plan.switches)
        if (/undefined|null|NaN/.test(frrConfig(each, { bgpPassword: "secret" })))
          throw new Error(`frr.conf of ${each.name} holds no value somewhere`);
      // Who switches rules off gets what the rules would have refused.
      const broken = Object.keys(spec.rules).length > 0 ? [] : [...brokenInvariants(plan, spec), ...brokenRoutes(plan)];
      if (broken.length > 0) throw new Error(`accepted, but: ${broken.join("; ")}`);
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
  return { runs, accepted, refused, rules: Object.fromEntries([...rules].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The way of the command line: through YAML, with places. */
function checkText(value: unknown): void {
  let text: string;
  try {
    text = stringify({ config: { "fabriclab:lab": value } });
  } catch {
    // Not everything can be written as YAML; then no file can hold it.
    return;
  }
  for (const { region } of checkStackText("fuzz.yaml", text).problems) {
    if (!(
      region.startLine >= 1 &&
      region.startColumn >= 1 &&
      (region.endLine > region.startLine || region.endColumn >= region.startColumn)
    ))
      throw new Error(`no place: ${JSON.stringify(region)}`);
  }
}
