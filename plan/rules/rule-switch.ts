import { didYouMean } from "../../lab-spec/suggest";
import type { LabSpec } from "../../lab-spec";
import { defineRule, type Finding, type Rule } from "./rule";

/**
 * The rule about the off-switches themselves.
 *
 * @param rules all the others
 */
export function ruleSwitch(rules: readonly Pick<Rule, "name" | "fixed">[]): Rule {
  return defineRule({
    name: "rule-switch",
    title: "A rule that is switched off exists, and a plan can be made without it",
    severity: "error",
    source: "docs/rules.md",
    why: "A switch for no rule leaves the rule on that was meant; without some rules there is no plan.",
    fixed: "It speaks of the switches.",
    find: ({ spec }) => switchFindings(spec, rules),
  });
}

function switchFindings(spec: LabSpec, rules: readonly Pick<Rule, "name" | "fixed">[]): Finding[] {
  const byName = new Map(rules.map((rule) => [rule.name, rule.fixed]));
  return Object.keys(spec.rules).flatMap((name): Finding[] => {
    const path = `rules.${name}`;
    const fixed = byName.get(name);
    if (fixed === undefined && name !== "rule-switch")
      return [
        { path, message: `there is no rule "${name}"`, values: {}, remedy: didYouMean(name, [...byName.keys()]) },
      ];
    if (fixed === null) return [];
    return [
      {
        path,
        message: `rule "${name}" can't be switched off: ${lowerFirst(fixed ?? "it speaks of the switches.")}`.replace(
          /\.$/,
          "",
        ),
        values: {},
        remedy: "Take the switch out, and mend what the rule finds.",
      },
    ];
  });
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
