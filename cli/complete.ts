import { existsSync } from "node:fs";
import type { LabPlan } from "../plan";
import { stackNames, sourceFile, workingFile } from "../pulumi/stack-file";
import { lazy } from "../common/lazy";

const plannedModule = lazy<typeof import("../pulumi/planned")>(require, "../pulumi/planned");
const checksModule = lazy<typeof import("../verify/checks")>(require, "../verify/checks");
const brokenModule = lazy<typeof import("../report/predict/broken")>(require, "../report/predict/broken");
const pathsModule = lazy<typeof import("../plan/paths")>(require, "../plan/paths");
const blocksModule = lazy<typeof import("../plan/prediction/blocks")>(require, "../plan/prediction/blocks");

/** A stack's plan by its config file alone: completion must be quick, and the stack may not be up yet. Null when the config is not sound. */
function planned(root: string, stack: string): LabPlan | null {
  const file = [workingFile(root, stack), sourceFile(root, stack)].find((each) => existsSync(each));
  if (file === undefined) return null;
  return plannedModule().plannedOf(file);
}

/** Machines of a stack. */
const machinesOf = (plan: LabPlan): string[] =>
  [...plan.switches, ...plan.nodes, ...plan.hosts, ...(plan.netscaler === null ? [] : [plan.netscaler])].map(
    (machine) => machine.name,
  );

/** Names that go after a command, by the words that stand there already: `positional` begins with the command and ends with the word that is being written. */
function argumentsOf(plan: LabPlan, positional: readonly string[]): string[] | null {
  const [command, ...args] = positional;
  const place = args.length;
  const spines = plan.switches.filter((each) => each.role === "spine").map((each) => each.name);
  if (command === "ssh" || command === "exec") return place === 1 ? machinesOf(plan) : null;
  if (command === "capture")
    return place === 1 ? machinesOf(plan) : place === 2 ? interfacesOf(plan, args[0] ?? "") : null;
  if (command === "trace")
    return place <= 2
      ? [
          ...plan.nodes.map((each) => `pod:${each.name}`),
          ...machinesOf(plan),
          ...(plan.workload === null ? [] : [`service:${plan.workload.service}`]),
        ]
      : null;
  if (command !== "drill" || place < 2) return null;
  const [failure, first] = args;
  if (failure === "spine-down") return place === 2 ? spines : null;
  if (failure === "node-down") return place === 2 ? machinesOf(plan) : null;
  if (place === 2) return machinesOf(plan);
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
  const { breakable, machines } = brokenModule();
  if (option === "--router") return machines(plan);
  // Names already written stay in front of the one that is being completed.
  if (option === "--broken")
    return breakable(plan).map((name) => `${current.slice(0, current.lastIndexOf(",") + 1)}${name}`);
  const { endpointsOf } = pathsModule();
  const { nominalBlocks } = blocksModule();
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
  if (previous === "--check") return starting(checksModule().CHECKS.map((check) => check.id));
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
