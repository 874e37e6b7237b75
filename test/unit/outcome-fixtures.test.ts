import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import yargs from "yargs";
import { predictCommand } from "../../cli/commands/predict";
import { formatProblems } from "../../lab-spec";
import { judgeSpec, OUTCOME_RULES } from "../../plan";
import { expectText } from "./fixture-text";

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
  expectText(textFile(file), text);
});

/** Commands in backticks that remedies name. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/`fabriclab ([^`]+)`/g)].map(([, words]) => words ?? "");

test("every command that a remedy names can be run as it stands, on the file", () => {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const run = files.flatMap((file) => {
    const commands = commandsIn(readFileSync(textFile(file), "utf8")).filter((words) => words !== "predict");
    for (const words of new Set(commands.filter((each) => each.startsWith("predict "))))
      void yargs([...words.split(" "), "--config", join(OUTCOMES, file)])
        .option("config", { type: "string" })
        .option("stack", { type: "string", default: "none" })
        .command(predictCommand as never)
        .strict()
        .exitProcess(false)
        .fail((message, error) => {
          throw error ?? new Error(`${words}: ${message}`);
        })
        .parseSync();
    return commands;
  });
  expect(run.length).toBeGreaterThan(20);
  expect(write.mock.calls.length).toBeGreaterThan(20);
  jest.restoreAllMocks();
});

test("every rule of outcomes is broken by some", () => {
  const texts = files.map((file) => readFileSync(textFile(file), "utf8")).join("\n");
  const told = new Set([...texts.matchAll(/ \[([a-z-]+)(?:, warning)?\]$/gm)].map((match) => match[1]));
  expect(OUTCOME_RULES.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
});
