import type { SshAccess } from "../verify/access";
import type { Action } from "./actions";
import { applyForGood, applyHeld, leftOf, LeftBroken, type Applied } from "./apply";
import { Expected } from "./expected";
import { liveOptions, withAccess, type RunningLab } from "./lab";
import { lossOf, quietSince } from "./loss";
import { patience } from "./patience";
import { during, type Probing } from "./probe";
import { changesSince, type Change } from "./routing/changes";
import { bfdOf } from "./bfd";
import { Interrupted, LOOK_MS, pause, settle } from "./settle";
import type { SessionPrediction } from "../plan/prediction";
import type { Detection, DrillResult } from "./types";

export interface DrillOptions {
  /** Leave it broken. */
  readonly keep: boolean;
  /** Ends the drill early; what was done is undone first. */
  readonly signal: AbortSignal;
  readonly onPhase: (text: string) => void;
}

/** The lab must be whole before it is broken: how long it may take to show that. */
const BEFORE_MS = 60_000;
/** Without loss for this long, the flows have found their way. Longer than a request may take to fail. */
const QUIET_MS = 1500;
const QUIET_LIMIT_MS = 30_000;

/**
 * Breaks a running lab, measures, compares what is left with the prediction, and mends it again, whatever happens meanwhile.
 *
 * @throws Error when the lab is not whole before, or does not answer; Interrupted; LeftBroken in place of either where it stays broken
 */
export async function drill(lab: RunningLab, action: Action, options: DrillOptions): Promise<DrillResult> {
  return withAccess(lab, async (access) => {
    const live = await liveOptions(access);
    const whole = new Expected(lab.plan, live, { links: [], machines: [] });
    options.onPhase("is the lab as predicted?");
    const before = await settle(access, whole, [], Date.now(), BEFORE_MS, options.signal);
    if (!before.routing.asPredicted)
      throw new Error(
        `lab ${lab.plan.name} is not as predicted before the drill: ${before.routing.differences.slice(0, 3).join("; ")}; look at \`fabriclab verify\` first`,
      );
    options.onPhase("starting probes");
    const { value, probe } = await during(
      lab,
      (probing) => phases({ lab, access, action, whole, probing, options }),
      options,
    );
    return { ...value, probe };
  });
}

interface Context {
  readonly lab: RunningLab;
  readonly access: SshAccess;
  readonly action: Action;
  readonly whole: Expected;
  readonly probing: Probing;
  readonly options: DrillOptions;
}

/** What holds from before the failure until after its undoing. */
interface Course extends Context {
  readonly broken: Expected;
  readonly ended: readonly SessionPrediction[];
  /** Milliseconds that the lab may take to settle. */
  readonly patient: number;
  /** Flows that go on arriving though the lab is broken, and the others. */
  readonly lasting: Probing["flows"];
  readonly others: Probing["flows"];
}

async function phases(context: Context): Promise<Omit<DrillResult, "probe">> {
  const { lab, access, action, whole, probing, options } = context;
  const broken = new Expected(lab.plan, whole.now.options, action.broken);
  const ended = endedSessions(whole, broken, action);
  const patient = patience(lab.plan, ended, action.dead);
  const lasting = probing.flows.filter(({ flow }) => broken.now.arrives(flow));
  const others = probing.flows.filter((each) => !lasting.includes(each));
  const course: Course = { ...context, broken, ended, patient, lasting, others };
  await pause(QUIET_MS, options.signal);
  options.onPhase(`${action.title}; the routes have ${Math.round(patient / 1000)} s`);
  return options.keep
    ? keptBroken(course, await applyForGood(access, action))
    : brokenAndMended(course, await applyHeld(lab, action));
}

/** @throws LeftBroken with what undoes the failure, whatever else went wrong */
async function keptBroken(course: Course, applied: Applied): Promise<Omit<DrillResult, "probe">> {
  const left = leftOf(course.action);
  try {
    return { ...(await whileBroken(course, applied)), restored: null, left };
  } catch (error) {
    const cause = error instanceof Interrupted ? new Interrupted("interrupted; what was done is left") : error;
    throw new LeftBroken((cause as Error).message, left, cause);
  }
}

async function brokenAndMended(course: Course, applied: Applied): Promise<Omit<DrillResult, "probe">> {
  const { access, whole, probing, lasting, patient } = course;
  const { signal, onPhase } = course.options;
  let mended: number | null = null;
  try {
    const failed = await whileBroken(course, applied);
    onPhase("undoing it");
    mended = Date.now();
    await applied.undo();
    const again = await settle(access, whole, [], mended, patient, signal);
    await quiet(probing.flows, signal);
    return {
      ...failed,
      restored: { loss: lossOf(lasting, mended, Date.now()), routing: again.routing },
      resolutionMs: Math.max(failed.resolutionMs, again.resolutionMs),
      left: [],
    };
  } finally {
    if (mended === null) {
      onPhase("undoing it");
      await applied.undo();
    }
  }
}

/** Waits until the lab has settled without what is broken, and measures until then. */
async function whileBroken(course: Course, { at }: Applied): Promise<Omit<DrillResult, "probe" | "restored" | "left">> {
  const { lab, access, action, broken, ended, patient, lasting, others } = course;
  const { signal } = course.options;
  const { routing, resolutionMs } = await settle(access, broken, action.dead, at, patient, signal);
  await quiet(lasting, signal);
  const detected = detections(await changesSince(access, at), at, action.dead);
  const end = Date.now();
  return {
    lab: lab.plan.name,
    kind: action.kind,
    action: action.title,
    how: action.how,
    started: new Date(at).toISOString(),
    bfd: bfdOf(
      lab.plan,
      ended.map((each) => each.name),
    ),
    detected,
    failure: { loss: lossOf(lasting, at, end), routing },
    cutOff: others.map((each) => {
      const { sent, lost } = lossOf([each], at, end);
      return { flow: each.flow.name, sent, lost };
    }),
    resolutionMs,
  };
}

/** The sessions that the failure ends. */
function endedSessions(whole: Expected, broken: Expected, action: Action): SessionPrediction[] {
  const up = (of: Expected): SessionPrediction[] =>
    of.now.prediction.sessions.filter((each) => each.state === "ESTABLISHED");
  const left = new Set(up(broken).map((each) => each.name));
  return up(whole).filter(({ name }) => action.resets.includes(name) || !left.has(name));
}

async function quiet(flows: Probing["flows"], signal: AbortSignal): Promise<void> {
  const from = Date.now();
  const least = from + QUIET_MS;
  while (Date.now() < least || (!quietSince(flows, Date.now() - QUIET_MS) && Date.now() - from < QUIET_LIMIT_MS))
    await pause(LOOK_MS, signal);
}

function detections(changes: readonly Change[], since: number, dead: readonly string[]): Detection[] {
  return changes
    .filter((each) => each.state === "Down" && !dead.includes(each.machine))
    .map(({ at, machine, neighbor, why }) => ({ machine, neighbor, afterMs: Math.round(at - since), why }));
}
