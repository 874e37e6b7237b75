import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "yaml";
import type { LabPlan } from "../plan";
import { stackNames, sourceFile, workingFile } from "./stack-file";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

/** A stack's plan by its config file alone: completion must be quick, and the stack may not be up yet. Null when the config is not sound. */
function planned(root: string, stack: string): LabPlan | null {
  const file = [workingFile(root, stack), sourceFile(root, stack)].find((each) => existsSync(each));
  if (file === undefined) return null;
  const { makePlan, parseSpec } = load("../plan") as typeof import("../plan");
  const parsed = parseSpec((parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null)?.config?.["fabriclab:lab"]);
  return "problems" in parsed ? null : makePlan(parsed.spec);
}

/** Machines of a stack; none when its config is not sound. */
export async function machineNames(root: string, stack: string): Promise<string[]> {
  const plan = planned(root, stack);
  return plan === null ? [] : [...plan.switches, ...plan.nodes].map((machine) => machine.name);
}

/** What the options of `predict` take, by the words before the current one; null where it is none of them. */
function predictNames(root: string, stack: string, words: readonly string[]): string[] | null {
  const current = words.at(-1) ?? "", option = words.at(-2), before = words.at(-3);
  if (words[0] !== "predict" || current.startsWith("-") || !(["--router", "--broken", "--path"].includes(option ?? "") || before === "--path")) return null;
  const plan = planned(root, stack);
  if (plan === null) return [];
  const { breakable, machines } = load("./predict/broken") as typeof import("./predict/broken");
  if (option === "--router") return machines(plan);
  // Names already written stay in front of the one that is being completed.
  if (option === "--broken") return breakable(plan).map((name) => `${current.slice(0, current.lastIndexOf(",") + 1)}${name}`);
  const { endpointsOf } = load("../plan/paths") as typeof import("../plan/paths");
  const { nominalBlocks } = load("../plan/prediction/blocks") as typeof import("../plan/prediction/blocks");
  return endpointsOf(plan, nominalBlocks(plan)).map((endpoint) => endpoint.name);
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
  const predicted = predictNames(root, stack, words);
  if (predicted !== null) return starting(predicted);
  const positional = words.filter((word, i) => !word.startsWith("-") && (at < 0 || i !== at + 1));
  const wantsMachine = (positional[0] === "ssh" || positional[0] === "exec") && positional.length === 2 && !current.startsWith("-") && !words.includes("--");
  return wantsMachine ? starting(await machineNames(root, stack)) : null;
}
