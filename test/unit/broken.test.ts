import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseSpec, RULES } from "../../plan";
import { formatProblems, SCHEMA_RULES } from "../../lab-spec";
import { expectText } from "./fixture-text";

/** Stack files that are refused or warned of, each with the whole text of why beside it. UPDATE_FIXTURES=1 writes the texts anew: read every difference. */
const BROKEN = join(__dirname, "..", "fixtures", "broken");
const files = readdirSync(BROKEN)
  .filter((file) => file.endsWith(".yaml"))
  .sort();
const textFile = (file: string): string => join(BROKEN, file.replace(/\.yaml$/, ".txt"));

test.each(files)("%s", (file) => {
  const stack = parse(readFileSync(join(BROKEN, file), "utf8")) as { config: Record<string, unknown> };
  const parsed = parseSpec(stack.config["fabriclab:lab"]);
  expect([...("problems" in parsed ? parsed.problems : []), ...parsed.warnings]).not.toEqual([]);
  const text = `${formatProblems([...("problems" in parsed ? parsed.problems : []), ...parsed.warnings])}\n`;
  expectText(textFile(file), text);
});

describe("the broken specs", () => {
  const texts = files
    .map(textFile)
    .filter(existsSync)
    .map((file) => readFileSync(file, "utf8"));

  test("have one text each, and no text stands alone", () => {
    expect(
      readdirSync(BROKEN)
        .filter((file) => file.endsWith(".txt"))
        .sort(),
    ).toEqual(files.map((file) => file.replace(/\.yaml$/, ".txt")));
  });

  test("break every rule that needs no facts of the machine", () => {
    const told = new Set(
      texts.flatMap((text) => [...text.matchAll(/ \[([a-z-]+)(?:, warning)?\]$/gm)].map((match) => match[1])),
    );
    expect(RULES.map((rule) => rule.name).filter((name) => !told.has(name))).toEqual(["host-overlap"]);
    const known = new Set([...RULES, ...SCHEMA_RULES].map((rule) => rule.name));
    expect([...told].filter((name) => !known.has(name ?? ""))).toEqual([]);
  });

  test("name the place, what is wrong, and the remedy, always", () => {
    for (const text of texts)
      for (const block of text.trimEnd().split("\n\n").slice(1))
        expect(block).toMatch(/^\S.*: .+ \[[a-z-]+(, warning)?\]\n(?: {4}.+\n)* {4}remedy: \S.*[.?]$/);
  });
});
