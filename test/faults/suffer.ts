import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { tableText } from "../../common/table";
import { lossOf } from "../../drill/loss";
import {
  echo,
  liveFlows,
  serverSource,
  startProbes,
  type LiveFlow,
  type ProbeFlow,
  type Probing,
} from "../../drill/probe";
import type { LabPlan } from "../../plan";
import { openLab, type DeployedLab } from "../../pulumi/lab";
import { verifyLab } from "../../verify";
import { failedIn } from "../e2e/faults";
import { root } from "../e2e/support";
import type { HandMadeFault, Places } from "./fault";
import { placesIn } from "./places";

/** What became of a lab that was broken. */
export interface Outcome {
  readonly title: string;
  /** Checks of verify that found it. */
  readonly found: readonly string[];
  /** The line of `refresh` that shows it. */
  readonly shown: string;
  /** How long the one `up` took that brought it back, in seconds. */
  readonly seconds: number;
  /** Names of the resources that this `up` wrote, made or deleted. */
  readonly touched: readonly string[];
  /** What the flows lost while the lab was brought back that lost nothing while it was broken. */
  readonly bystanders: Bystanders;
  /** BGP sessions between switches that ended while it was brought back, and not when it was broken. */
  readonly dropped: number;
  /** Why it does not count as brought back; null where it does. */
  readonly problem: string | null;
}

/** Flows between servers, between pods, and to the service, that worked while the lab was broken: the repair should not be felt by them. */
interface Bystanders {
  readonly flows: number;
  /** Packets and requests, of all these flows. */
  readonly sent: number;
  readonly lost: number;
}

const SERVER_PING_MS = 100;
/** A flow that lost nothing for so long before the repair is one that the fault does not concern. */
const WELL_MS = 3000;
/** An answer that was under way when the repair ended gets this long. */
const ANSWER_MS = 1000;

/** Time that a fault gets to be felt: a session that dies by its hold time takes that long. */
const SETTLE_MS = 10_000;

interface Ran {
  readonly code: number;
  readonly text: string;
}

async function fabriclab(stack: string, command: string, ...more: string[]): Promise<Ran> {
  const args = ["dist/cli/main.js", command, "--stack", stack, ...more];
  const { exitCode, all = "" } = await execa(process.execPath, args, {
    cwd: root,
    all: true,
    reject: false,
    env: { NO_COLOR: "1" },
  });
  return { code: exitCode, text: all };
}

/** Makes a fault on a lab. */
export async function breakIt(fault: HandMadeFault, lab: Places): Promise<void> {
  const text = fault.break(lab);
  if (fault.where === "engine") await execa("sh", ["-c", text]);
  else await execa("docker", ["exec", lab.container(fault.on(lab)), "sh", "-c", text]);
}

/** Ends of sessions that each switch has counted since it started; a switch that gives no answer has none. */
async function drops({ plan }: DeployedLab, lab: Places): Promise<number> {
  const ofEach = await Promise.all(
    plan.switches.map(async ({ name }) => {
      const asked = ["exec", lab.container(name), "timeout", "5", "vtysh", "-c", "show bgp neighbors json"];
      const { stdout } = await execa("docker", asked, { reject: false });
      try {
        const seen = JSON.parse(stdout) as Record<string, { connectionsDropped?: number }>;
        return Object.values(seen).reduce((sum, { connectionsDropped = 0 }) => sum + connectionsDropped, 0);
      } catch {
        return 0;
      }
    }),
  );
  return ofEach.reduce((sum, each) => sum + each, 0);
}

/** Echoes from each server to each that stands behind it in the plan: many a pair has no part in what is broken. */
const serverFlows = ({ servers }: LabPlan): ProbeFlow[] =>
  servers.flatMap((from, i) =>
    servers.slice(i + 1).map((to) => echo(serverSource(from), serverSource(to), SERVER_PING_MS)),
  );

/** What flows lost since a time, of those that lost nothing just before it and have no end on the machine that is broken. */
function bystandersOf(all: readonly LiveFlow[], broken: string, since: number): Bystanders {
  const flows = all.filter((each) => {
    const { source, to } = each.flow;
    if (source.machine === broken || to === broken) return false;
    const { sent, lost } = lossOf([each], since - WELL_MS, since);
    return sent > 0 && lost === 0;
  });
  const { sent, lost } = lossOf(flows, since, Date.now() - ANSWER_MS);
  return { flows: flows.length, sent, lost };
}

/** Names of what an `up` wrote, made or deleted, as its lines of progress say. */
const touchedIn = (text: string): string[] =>
  [
    ...new Set(
      [...text.matchAll(/^ *[-+~]+ +\S+ (\S+) (?:updated|created|deleted|replaced) \(/gm)].map(([, name]) => name!),
    ),
  ].sort();

/** The first line of a text that matches; the whole match where it has no line. */
const lineOf = (text: string, pattern: RegExp): string =>
  text
    .split("\n")
    .find((line) => pattern.test(line))
    ?.trim() ?? "";

/** Breaks the lab, looks, repairs it by one `up`, and looks again. Null for a fault that this lab can't have. */
export async function suffer(stack: string, fault: HandMadeFault): Promise<Outcome | null> {
  const before = await openLab(root, stack);
  if (fault.needs !== undefined && !fault.needs(before.plan)) return null;
  const watching = { onPhase: () => undefined, signal: new AbortController().signal };
  const live = await liveFlows(before, watching);
  const probing = await startProbes(before, { ...live, flows: [...live.flows, ...serverFlows(before.plan)] });
  try {
    return await sufferBeside(probing, stack, fault, before);
  } finally {
    await probing.stop();
  }
}

async function sufferBeside(
  { flows }: Probing,
  stack: string,
  fault: HandMadeFault,
  before: DeployedLab,
): Promise<Outcome> {
  const lab = placesIn(before.plan, stack);
  await breakIt(fault, lab);
  await sleep(SETTLE_MS);
  const { checks } = await verifyLab({ plan: before.plan, machines: before.machines });
  const found = failedIn(checks);
  const refreshed = await fabriclab(stack, "refresh");
  const seen = lineOf(refreshed.text, fault.shown);
  const shown = seen === "" && fault.mendedBy !== undefined ? `nothing: ${fault.mendedBy} mends it` : seen;
  const counted = await drops(before, lab);
  const begun = Date.now();
  const up = await fabriclab(stack, "up", "--no-verify");
  const seconds = Math.round((Date.now() - begun) / 1000);
  const dropped = Math.max(0, (await drops(before, lab)) - counted);
  const bystanders = bystandersOf(flows, fault.on(lab), begun);
  const touched = touchedIn(up.text);
  const problem = (await refusalProblem(fault, lab, up)) ?? (await problemOf(stack, shown, up));
  return { title: fault.title, found, shown, seconds, touched, bystanders, dropped, problem };
}

/** Of a fault that `up` leaves: whether it names the command that takes it back, and the command does. */
async function refusalProblem({ refused, on }: HandMadeFault, lab: Places, up: Ran): Promise<string | null> {
  if (refused === undefined) return null;
  const command = refused.undo(lab);
  if (!up.text.includes(command)) return `up did not name the command that takes it back: ${command}`;
  await execa("docker", ["exec", lab.container(on(lab)), "sh", "-c", command]);
  return null;
}

async function problemOf(stack: string, shown: string, up: Ran): Promise<string | null> {
  if (shown === "") return "refresh did not show it";
  if (up.code !== 0) return `up failed: ${up.text.slice(-1500)}`;
  const again = await fabriclab(stack, "refresh", "--", "--expect-no-changes");
  if (again.code !== 0) return `not brought back: ${again.text.slice(-1500)}`;
  // The plan that runs may be another one now: a machine that was made anew has another connection.
  const { plan, machines } = await openLab(root, stack);
  const { checks } = await verifyLab({ plan, machines, options: { wait: 60 } });
  const failing = checks.filter(({ ok }) => !ok).map(({ id, rows }) => `${id}: ${rows.find((row) => !row.ok)?.seen}`);
  return failing.length === 0 ? null : `verify is not content after up: ${failing.join("; ")}`;
}

export function faultsTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ title, found, shown, seconds, touched, bystanders, dropped, problem }) => [
    title,
    found.join(" ") || "nothing",
    shown,
    `${seconds} s`,
    touched.join(" ") || "nothing",
    String(dropped),
    `${bystanders.lost} of ${bystanders.sent} in ${bystanders.flows}`,
    problem === null ? "yes" : "NO",
  ]);
  const head = [
    "fault",
    "found by verify",
    "shown by refresh",
    "up",
    "written",
    "sessions ended",
    "lost by flows not concerned",
    "brought back",
  ];
  return `${tableText(rows, { head, widths: [28, 26, 50, 8, 30, 10, 14, 10] })}\n`;
}

/** Heads of the columns of `faultsMarkdown`. */
export const MARKDOWN_HEAD = [
  "| fault | found by verify | shown by `refresh` | `up` | it wrote | sessions ended | lost by flows not concerned |",
  "| --- | --- | --- | --- | --- | --- | --- |",
].join("\n");

/** One row of the table in `docs/repair.md`. */
export function faultsMarkdown({
  title,
  found,
  shown,
  seconds,
  touched,
  bystanders,
  dropped,
  problem,
}: Outcome): string {
  const cells = [
    problem === null ? title : `${title} (NOT BROUGHT BACK)`,
    found.join(", ") || "nothing",
    `\`${shown.replaceAll("|", "\\|")}\``,
    `${seconds} s`,
    touched.length > 6 ? `${touched.length} resources` : touched.join(", ") || "nothing",
    String(dropped),
    `${bystanders.lost} of ${bystanders.sent}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The items in an order that follows from the seed (mulberry32 and Fisher-Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
