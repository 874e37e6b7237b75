import { SCHEMA_RULES } from "../../spec";
import type { Rule } from "./rule";

/** The text of docs/rules.md. */
export function rulesDocument(rules: readonly Rule[]): string {
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
    "      public-as: { off: \"AS 500 is the load balancer's in the reference lab\" }",
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
