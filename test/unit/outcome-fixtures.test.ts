import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { formatProblems } from "../../lab-spec";
import { judgeSpec, OUTCOME_RULES } from "../../plan";

/** Stack files of labs that don't do what they are meant to, each with all that `fabriclab check` says of it. UPDATE_FIXTURES=1 writes the texts anew: read every difference. */
const OUTCOMES = join(__dirname, "..", "fixtures", "outcomes");
const files = readdirSync(OUTCOMES)
  .filter((file) => file.endsWith(".yaml"))
  .sort();
const textFile = (file: string): string => join(OUTCOMES, file.replace(/\.yaml$/, ".txt"));

test.each(files)("%s", (file) => {
  const stack = parse(readFileSync(join(OUTCOMES, file), "utf8")) as { config: Record<string, unknown> };
  const judged = judgeSpec(stack.config["fabriclab:lab"]);
  const problems = [...("problems" in judged ? judged.problems : []), ...judged.warnings];
  expect(problems).not.toEqual([]);
  const text = `${formatProblems(problems)}\n`;
  if (process.env.UPDATE_FIXTURES === "1") writeFileSync(textFile(file), text);
  expect(text).toBe(readFileSync(textFile(file), "utf8"));
});

test("every rule of outcomes is broken by some", () => {
  const texts = files.map((file) => readFileSync(textFile(file), "utf8")).join("\n");
  const told = new Set([...texts.matchAll(/ \[([a-z-]+)(?:, warning)?\]$/gm)].map((match) => match[1]));
  expect(OUTCOME_RULES.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
});
