import { setTimeout as sleep } from "node:timers/promises";
import { output, type SshAccess } from "../verify/access";
import { byMachine, heldScript, type Action } from "./actions";
import { expectationOf, type Expectation } from "./expectation";
import { byLine, Lines, type Held } from "./held";
import { liveOptions, withAccess, type RunningLab } from "./lab";
import { lossOf, quietSince } from "./loss";
import { during, type Probing } from "./probe";
import { compare } from "./routing/compare";
import { changesSince, observe } from "./routing/observe";
import { bfdOf } from "./bfd";
import type { Detection, DrillResult, RoutingResult } from "./types";

export interface DrillOptions {
  /** Leave it broken. */
  readonly keep: boolean;
  /** Ends the drill early; what was done is undone first. */
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
}

/** The lab must be whole before it is broken: how long it may take to show that. */
const BEFORE_MS = 20_000;
/** BGP's default hold time is 180 s in RFC 4271's words; FRR's datacenter profile has 9 s, BIRD 90 s. */
const FAILED_MS = 120_000;
const RESTORED_MS = 180_000;
const LOOK_MS = 100;
/** Without loss for this long, the flows have found their way. Longer than a request may take to fail. */
const QUIET_MS = 1500;
const QUIET_LIMIT_MS = 30_000;

/** Interrupted by the user. */
export class Interrupted extends Error {}

/**
 * Breaks a running lab, measures, compares what is left with the prediction, and mends it again, whatever happens meanwhile.
 *
 * @throws Error when the lab is not whole before, or does not answer; Interrupted
 */
export async function drill(lab: RunningLab, action: Action, options: DrillOptions): Promise<DrillResult> {
  return withAccess(lab, async (access) => {
    const live = await liveOptions(access);
    const whole = expectationOf(lab.plan, live, { links: [], machines: [] }), broken = expectationOf(lab.plan, live, action.broken);
    options.onPhase("is the lab as predicted?");
    const before = await settle(access, whole, [], Date.now(), BEFORE_MS, options.signal);
    if (!before.routing.asPredicted) throw new Error(`lab ${lab.plan.name} is not as predicted before the drill: ${before.routing.differences.slice(0, 3).join("; ")}; look at \`fabriclab verify\` first`);
    options.onPhase("starting probes");
    const { value, probe } = await during(lab, (probing) => phases({ lab, access, action, whole, broken, probing, options }));
    return { ...value, probe };
  });
}

interface Context { readonly lab: RunningLab; readonly access: SshAccess; readonly action: Action; readonly whole: Expectation; readonly broken: Expectation; readonly probing: Probing; readonly options: DrillOptions }

async function phases({ lab, access, action, whole, broken, probing, options }: Context): Promise<Omit<DrillResult, "probe">> {
  const { signal, onPhase, keep } = options;
  const lasting = probing.flows.filter(({ flow }) => broken.arrives(flow)), others = probing.flows.filter((each) => !lasting.includes(each));
  await pause(QUIET_MS, signal);
  onPhase(action.title);
  const done = await apply(lab, access, action, keep);
  let mended: number | null = null;
  try {
    const failed = await settle(access, broken, action.dead, done.at, FAILED_MS, signal);
    await quiet(lasting, signal);
    const detected = detections(await changesSince(access, done.at), done.at, action.dead);
    const end = Date.now();
    const common = { lab: lab.plan.name, kind: action.kind, action: action.title, how: action.how, started: new Date(done.at).toISOString(), bfd: bfdOf(lab.plan, endedSessions(whole, broken, action)), detected };
    const failure = { loss: lossOf(lasting, done.at, end), routing: failed.routing };
    const cutOff = others.map((each) => { const { sent, lost } = lossOf([each], done.at, end); return { flow: each.flow.name, sent, lost }; });
    if (keep) return { ...common, failure, cutOff, restored: null, resolutionMs: failed.resolutionMs, left: action.steps.map(({ machine, undo }) => ({ machine, undo })) };
    onPhase("undoing it");
    mended = Date.now();
    await done.undo();
    const again = await settle(access, whole, [], mended, RESTORED_MS, signal);
    await quiet(probing.flows, signal);
    return { ...common, failure, cutOff, restored: { loss: lossOf(lasting, mended, Date.now()), routing: again.routing }, resolutionMs: Math.max(failed.resolutionMs, again.resolutionMs), left: [] };
  } finally {
    if (mended === null && !keep) { onPhase("undoing it"); await done.undo(); }
  }
}

/** Names of the sessions that the failure ends. */
function endedSessions(whole: Expectation, broken: Expectation, action: Action): string[] {
  const up = (of: Expectation): string[] => of.prediction.sessions.filter((each) => each.state === "ESTABLISHED").map((each) => each.name);
  const left = new Set(up(broken));
  return [...action.resets, ...up(whole).filter((name) => !left.has(name))];
}

interface Done { readonly at: number; undo(): Promise<void> }

/** Does an action on all machines at the same time. What is held is undone by the machines themselves when the line ends, also where this program is killed. */
async function apply(lab: RunningLab, access: SshAccess, action: Action, keep: boolean): Promise<Done> {
  const machines = byMachine(action.steps);
  if (keep) {
    const at = Date.now();
    await Promise.all(machines.map(([machine, steps]) => output(access, machine, steps.map((step) => step.apply).join(" && "))));
    return { at, undo: () => Promise.resolve() };
  }
  const lines = new Lines(lab.machines), held: [string, Held][] = [];
  const undo = async (): Promise<void> => {
    const ended = await Promise.all(held.map(async ([machine, each]) => ({ machine, ...await each.release() })));
    await lines.close();
    const failed = ended.filter((each) => each.code !== 0);
    if (failed.length > 0) throw new Error(`${failed.map((each) => `${each.machine} could not undo it: ${each.stderr.trim() || "the connection broke"}`).join("; ")}; \`fabriclab up\` repairs cables`);
  };
  try {
    const times = await Promise.all(machines.map(([machine, steps]) => new Promise<number>((resolve, reject) => {
      const read = byLine((line) => { const found = /^done (\d+[.,]\d+)$/.exec(line); if (found !== null) resolve(Number((found[1] ?? "").replace(",", ".")) * 1000); });
      lines.hold(machine, heldScript(steps), read).then((each) => {
        held.push([machine, each]);
        return each.ended.then(({ stderr }) => reject(new Error(`${machine}: ${stderr.trim() || "ended early"}`)));
      }).catch(reject);
    })));
    return { at: Math.min(...times), undo };
  } catch (error) {
    await undo().catch(() => undefined);
    throw error;
  }
}

/** Looks until all switches show what is expected, or the time is over. */
async function settle(access: SshAccess, expected: Expectation, dead: readonly string[], since: number, limitMs: number, signal: AbortSignal): Promise<{ routing: RoutingResult; resolutionMs: number }> {
  let resolutionMs = 0, last = Date.now();
  for (;;) {
    const live = await observe(access, dead), now = Date.now();
    resolutionMs = Math.max(resolutionMs, now - last);
    last = now;
    const { sessions, routes, differences } = compare(access.plan, expected.options, expected.prediction, live);
    const asPredicted = differences.length === 0;
    if (asPredicted || now - since > limitMs) return { routing: { asPredicted, afterMs: asPredicted ? Math.round(now - since) : null, sessions, routes, differences }, resolutionMs };
    await pause(LOOK_MS, signal);
  }
}

async function quiet(flows: Probing["flows"], signal: AbortSignal): Promise<void> {
  const from = Date.now(), least = from + QUIET_MS;
  while (Date.now() < least || (!quietSince(flows, Date.now() - QUIET_MS) && Date.now() - from < QUIET_LIMIT_MS)) await pause(LOOK_MS, signal);
}

function detections(changes: readonly { at: number; machine: string; neighbor: string; state: string; why: string }[], since: number, dead: readonly string[]): Detection[] {
  return changes.filter((each) => each.state === "Down" && !dead.includes(each.machine)).map(({ at, machine, neighbor, why }) => ({ machine, neighbor, afterMs: Math.round(at - since), why }));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try { await sleep(ms, undefined, { signal }); } catch { throw new Interrupted("interrupted; what was done is undone"); }
}
