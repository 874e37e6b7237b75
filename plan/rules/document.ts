import { SCHEMA_RULES } from "../../lab-spec";
import type { RegisteredRule } from "./registered";
import type { Rule } from "./rule";

/**
 * The text of docs/rules.md.
 *
 * @param rules those of labs
 * @param registered those of what programs register
 */
export function rulesDocument(rules: readonly Rule[], registered: readonly RegisteredRule[]): string {
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
    "| rule | severity | what holds |",
    "| --- | --- | --- |",
    ...rules.map(({ name, severity, title }) => `| [${name}](#${name}) | ${severity} | ${title} |`),
    "",
    ...rules.flatMap(({ name, severity, title, why, source, fixed }) => [
      `## ${name}`,
      "",
      `${title}. ${severity === "error" ? "Error" : "Warning"}${fixed === null ? "" : ", can't be switched off"}.`,
      "",
      `${why}${fixed === null ? "" : ` ${fixed}`}`,
      "",
      `Source: ${source}`,
      "",
    ]),
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
    ...rules.flatMap(({ name, severity, scope, title, why, source }) => [
      `### ${name}`,
      "",
      `${title}. ${severity === "error" ? "Error" : "Warning"}, ${scope === "resource" ? "one resource tells" : "the stack as a whole tells"}.`,
      "",
      why,
      "",
      `Source: ${source}`,
      "",
    ]),
  ];
}
