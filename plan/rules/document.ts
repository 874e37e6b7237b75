import { SCHEMA_RULES } from "../../lab-spec";
import type { RegisteredRule } from "./registered";
import type { Rule } from "./rule";

/**
 * The text of docs/rules.md.
 *
 * @param rules those of specs
 * @param outcomes those of what a lab would do
 * @param registered those of what programs register
 */
export function rulesDocument(
  rules: readonly Rule[],
  outcomes: readonly Omit<Rule, "check" | "yields">[],
  registered: readonly RegisteredRule[],
): string {
  return [
    "# Rules",
    "",
    "What a lab must keep to before anything is made; written from the rules themselves by `npm run rules`. An error refuses the lab; a warning is told, and the lab built.",
    "`fabriclab check` runs them on stack files with no engine and no set-up, `parseSpec` before every preview, the policy pack inside the engine.",
    "",
    "A rule that doesn't apply to a lab is switched off in its spec, with the reason; `fabriclab check` shows what it would have said, and SARIF carries it as suppressed:",
    "",
    "```yaml",
    "config:",
    "  fabriclab:lab:",
    "    rules:",
    '      public-as: { off: "AS 500 is the load balancer\'s in the reference lab" }',
    "```",
    "",
    ...ruleTexts(rules),
    "## Rules of outcomes",
    "",
    "What a lab would do, as predicted: `fabriclab check` and the policy pack ask for it where no rule above refuses the lab. Endpoints that are alike are asked once, and what has one cause is",
    "told once. `fabriclab check --no-failures` leaves `single-failure` out.",
    "",
    ...ruleTexts(outcomes),
    ...registeredText(registered),
    "## What the schema checks",
    "",
    "Before the rules, and never switched off: what isn't read can't be planned.",
    "",
    "| name | what holds | why |",
    "| --- | --- | --- |",
    ...SCHEMA_RULES.map(({ name, title, why }) => `| ${name} | ${title} | ${why} |`),
    "",
  ].join("\n");
}

function ruleTexts(rules: readonly (Omit<Rule, "check" | "yields"> & Partial<Pick<Rule, "yields">>)[]): string[] {
  return [
    "| rule | severity | what holds |",
    "| --- | --- | --- |",
    ...rules.map(({ name, severity, title }) => `| [${name}](#${name}) | ${severity} | ${title} |`),
    "",
    ...rules.flatMap(({ name, severity, title, why, source, fixed, yields }) => [
      `## ${name}`,
      "",
      `${title}. ${severity === "error" ? "Error" : "Warning"}${fixed === null ? "" : ", can't be switched off"}.`,
      "",
      `${why}${fixed === null ? "" : ` ${fixed}`}`,
      ...(yields === true
        ? [
            "",
            "It is a warning where no other rule refuses the lab, and the prediction finds that every pair of endpoints arrives all the same.",
          ]
        : []),
      "",
      `Source: ${source}`,
      "",
    ]),
  ];
}

function registeredText(rules: readonly RegisteredRule[]): string[] {
  return [
    "## Rules of registered resources",
    "",
    "What the policy pack also checks, in any program: Calico's objects, cables, machines and kubeadm configurations as they are registered, ours or written by hand. An error stops a",
    "preview (mandatory), a warning is told (advisory); a stack excepts resources and sets levels by `--policy-pack-config` ([policy.md](policy.md)). Those of one resource are",
    "refused before it is made, those of the stack once all are known.",
    "",
    "| policy | severity | looks at | what holds |",
    "| --- | --- | --- | --- |",
    ...rules.map(
      ({ name, severity, scope, title }) =>
        `| [${name}](#${name}) | ${severity} | ${scope === "resource" ? "one resource" : "the stack"} | ${title} |`,
    ),
    "",
    ...rules.flatMap(({ name, severity, scope, title, why, source, calico }) => [
      `### ${name}`,
      "",
      `${title}. ${severity === "error" ? "Error" : "Warning"}, ${scope === "resource" ? "one resource tells" : "the stack as a whole tells"}.`,
      "",
      why,
      "",
      ...(calico === undefined ? [] : [`Speaks of Calico ${calico}.`, ""]),
      `Source: ${source}`,
      "",
    ]),
  ];
}
