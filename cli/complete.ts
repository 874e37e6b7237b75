import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "yaml";
import { stackNames, sourceFile, workingFile } from "./stack-file";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

/** Machines of a stack by its config file alone: completion must be quick, and the stack may not be up yet. Empty when the config is not sound. */
export async function machineNames(root: string, stack: string): Promise<string[]> {
  const file = [workingFile(root, stack), sourceFile(root, stack)].find((each) => existsSync(each));
  if (file === undefined) return [];
  const { makePlan, parseSpec } = load("../plan") as typeof import("../plan");
  const parsed = parseSpec((parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null)?.config?.["fabriclab:lab"]);
  if ("problems" in parsed) return [];
  const plan = makePlan(parsed.spec);
  return [...plan.switches, ...plan.nodes].map((machine) => machine.name);
}

/**
 * What may stand at the end of a command line, or null where the parser's own answer (commands and options) is right.
 *
 * @param words the command line so far, the last word perhaps empty, without the program's name
 */
export async function completions(root: string, words: readonly string[], defaultStack: string): Promise<string[] | null> {
  const current = words.at(-1) ?? "", previous = words.at(-2) ?? "";
  const starting = (names: readonly string[]): string[] => names.filter((name) => name.startsWith(current));
  if (previous === "--stack" || previous === "-s") return starting(stackNames(root));
  if (previous === "--check") return starting((load("../verify/checks") as typeof import("../verify/checks")).CHECKS.map((check) => check.id));
  const at = words.findIndex((word) => word === "--stack" || word === "-s");
  const stack = at >= 0 ? words[at + 1] ?? defaultStack : defaultStack;
  const positional = words.filter((word, i) => !word.startsWith("-") && (at < 0 || i !== at + 1));
  const wantsMachine = (positional[0] === "ssh" || positional[0] === "exec") && positional.length === 2 && !current.startsWith("-") && !words.includes("--");
  return wantsMachine ? starting(await machineNames(root, stack)) : null;
}
