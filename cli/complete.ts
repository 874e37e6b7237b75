import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { LabPlan } from "../plan";
import { machineNames, nodesOf, spinesOf } from "../plan/lookup";
import { stackNames, sourceFile, workingFile } from "../pulumi/stack-file";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

/** A stack's plan by its config file alone: completion must be quick, and the stack may not be up yet. Null when the config is not sound. */
function planned(root: string, stack: string): LabPlan | null {
  const file = [workingFile(root, stack), sourceFile(root, stack)].find((each) => existsSync(each));
  if (file === undefined) return null;
  return (load("../pulumi/planned") as typeof import("../pulumi/planned")).plannedOf(file);
}

/** Names that go after a command, by the words that stand there already: `positional` begins with the command and ends with the word that is being written. */
function argumentsOf(plan: LabPlan, positional: readonly string[]): string[] | null {
  const [command, ...args] = positional;
  const place = args.length;
  const spines = spinesOf(plan).map((each) => each.name);
  if (command === "ssh" || command === "exec") return place === 1 ? machineNames(plan) : null;
  if (command === "capture")
    return place === 1 ? machineNames(plan) : place === 2 ? interfacesOf(plan, args[0] ?? "") : null;
  if (command === "trace")
    return place <= 2
      ? [
          ...nodesOf(plan).map((each) => `pod:${each.name}`),
          ...machineNames(plan),
          ...(plan.workload === null ? [] : [`service:${plan.workload.service}`]),
        ]
      : null;
  if (command !== "drill" || place < 2) return null;
  const [failure, first] = args;
  if (failure === "spine-down") return place === 2 ? spines : null;
  if (failure === "node-down") return place === 2 ? machineNames(plan) : null;
  if (place === 2) return machineNames(plan);
  if (place !== 3) return null;
  const ends = failure === "session-reset" ? plan.sessions : plan.links;
  return ends.flatMap(({ a, b }) => (a.machine === first ? [b.machine] : b.machine === first ? [a.machine] : []));
}

/** Interfaces of a machine: its own, and the ends of its cables. */
function interfacesOf(plan: LabPlan, machine: string): string[] {
  const ports = plan.switches.find((each) => each.name === machine)?.interfaces.map((each) => each.name) ?? [];
  const cables = plan.links
    .flatMap(({ a, b }) => [a, b])
    .filter((end) => end.machine === machine)
    .map((end) => end.interface);
  return [...new Set([...ports, ...cables])];
}

/** What the options of `predict` and `graph` take, by the words before the current one; null where it is none of them. */
function predictNames(root: string, stack: string, words: readonly string[]): string[] | null {
  const current = words.at(-1) ?? "";
  const option = words.at(-2);
  const before = words.at(-3);
  if (
    !["predict", "graph"].includes(words[0] ?? "") ||
    current.startsWith("-") ||
    !(["--router", "--broken", "--path"].includes(option ?? "") || before === "--path")
  )
    return null;
  const plan = planned(root, stack);
  if (plan === null) return [];
  const { breakable } = load("../report/predict/broken") as typeof import("../report/predict/broken");
  if (option === "--router") return machineNames(plan);
  // Names already written stay in front of the one that is being completed.
  if (option === "--broken")
    return breakable(plan).map((name) => `${current.slice(0, current.lastIndexOf(",") + 1)}${name}`);
  const { endpointsOf } = load("../plan/paths") as typeof import("../plan/paths");
  const { nominalBlocks } = load("../plan/prediction/blocks") as typeof import("../plan/prediction/blocks");
  return endpointsOf(plan, nominalBlocks(plan)).map((endpoint) => endpoint.name);
}

/** Commands that take names of the lab's. */
const WITH_NAMES: ReadonlySet<string> = new Set(["ssh", "exec", "capture", "trace", "drill"]);
/** Their options that a value follows. */
const TAKES_VALUE: ReadonlySet<string> = new Set([
  "--stack",
  "-s",
  "--filter",
  "-f",
  "--count",
  "-c",
  "--output",
  "-o",
]);

/**
 * What may stand at the end of a command line, or null where the parser's own answer (commands and options) is right.
 *
 * @param words the command line so far, the last word perhaps empty, without the program's name
 */
export async function completions(
  root: string,
  words: readonly string[],
  defaultStack: string,
): Promise<string[] | null> {
  const current = words.at(-1) ?? "";
  const previous = words.at(-2) ?? "";
  const starting = (names: readonly string[]): string[] => names.filter((name) => name.startsWith(current));
  if (previous === "--stack" || previous === "-s") return starting(stackNames(root));
  if (previous === "--check")
    return starting((load("../verify/checks") as typeof import("../verify/checks")).CHECKS.map((check) => check.id));
  const at = words.findIndex((word) => word === "--stack" || word === "-s");
  const stack = at >= 0 ? (words[at + 1] ?? defaultStack) : defaultStack;
  const predicted = predictNames(root, stack, words);
  if (predicted !== null) return starting(predicted);
  if (words.includes("--") || current.startsWith("-") || TAKES_VALUE.has(previous)) return null;
  const positional = words.filter((word, i) => !word.startsWith("-") && !TAKES_VALUE.has(words[i - 1] ?? ""));
  if (!WITH_NAMES.has(positional[0] ?? "") || positional.length < 2) return null;
  const plan = planned(root, stack);
  const names = plan === null ? [] : argumentsOf(plan, positional);
  return names === null ? null : starting([...new Set(names)]);
}
