import { output, type SshAccess } from "../verify/access";
import { byMachine, heldScript, type Action } from "./actions";
import { Expected } from "./expected";
import { byLine, Lines, type Held } from "./held";
import { liveOptions, withAccess, type RunningLab } from "./lab";
import { lossOf, quietSince } from "./loss";
import { patience } from "./patience";
import { during, type Probing } from "./probe";
import { changesSince, type Change } from "./routing/changes";
import { bfdOf } from "./bfd";
import { LOOK_MS, pause, settle } from "./settle";
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
 * @throws Error when the lab is not whole before, or does not answer; Interrupted
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

async function phases({ lab, access, action, whole, probing, options }: Context): Promise<Omit<DrillResult, "probe">> {
  const { signal, onPhase, keep } = options;
  const broken = new Expected(lab.plan, whole.now.options, action.broken);
  const ended = endedSessions(whole, broken, action);
  const patient = patience(lab.plan, ended, action.dead);
  const lasting = probing.flows.filter(({ flow }) => broken.now.arrives(flow));
  const others = probing.flows.filter((each) => !lasting.includes(each));
  await pause(QUIET_MS, signal);
  onPhase(`${action.title}; the routes have ${Math.round(patient / 1000)} s`);
  const done = await apply(lab, access, action, keep);
  let mended: number | null = null;
  try {
    const failed = await settle(access, broken, action.dead, done.at, patient, signal);
    await quiet(lasting, signal);
    const detected = detections(await changesSince(access, done.at), done.at, action.dead);
    const end = Date.now();
    const common = {
      lab: lab.plan.name,
      kind: action.kind,
      action: action.title,
      how: action.how,
      started: new Date(done.at).toISOString(),
      bfd: bfdOf(
        lab.plan,
        ended.map((each) => each.name),
      ),
      detected,
    };
    const failure = { loss: lossOf(lasting, done.at, end), routing: failed.routing };
    const cutOff = others.map((each) => {
      const { sent, lost } = lossOf([each], done.at, end);
      return { flow: each.flow.name, sent, lost };
    });
    if (keep)
      return {
        ...common,
        failure,
        cutOff,
        restored: null,
        resolutionMs: failed.resolutionMs,
        left: action.steps.map(({ machine, undo }) => ({ machine, undo })),
      };
    onPhase("undoing it");
    mended = Date.now();
    await done.undo();
    const again = await settle(access, whole, [], mended, patient, signal);
    await quiet(probing.flows, signal);
    return {
      ...common,
      failure,
      cutOff,
      restored: { loss: lossOf(lasting, mended, Date.now()), routing: again.routing },
      resolutionMs: Math.max(failed.resolutionMs, again.resolutionMs),
      left: [],
    };
  } finally {
    if (mended === null && !keep) {
      onPhase("undoing it");
      await done.undo();
    }
  }
}

/** The sessions that the failure ends. */
function endedSessions(whole: Expected, broken: Expected, action: Action): SessionPrediction[] {
  const up = (of: Expected): SessionPrediction[] =>
    of.now.prediction.sessions.filter((each) => each.state === "ESTABLISHED");
  const left = new Set(up(broken).map((each) => each.name));
  return up(whole).filter(({ name }) => action.resets.includes(name) || !left.has(name));
}

interface Done {
  readonly at: number;
  undo(): Promise<void>;
}

/** Does an action on all machines at the same time. What is held is undone by the machines themselves when the line ends, also where this program is killed. */
async function apply(lab: RunningLab, access: SshAccess, action: Action, keep: boolean): Promise<Done> {
  const machines = byMachine(action.steps);
  if (keep) {
    const at = Date.now();
    await Promise.all(
      machines.map(([machine, steps]) => output(access, machine, steps.map((step) => step.apply).join(" && "))),
    );
    return { at, undo: () => Promise.resolve() };
  }
  const lines = new Lines(lab.machines);
  const held: [string, Held][] = [];
  const undo = async (): Promise<void> => {
    const ended = await Promise.all(held.map(async ([machine, each]) => ({ machine, ...(await each.release()) })));
    await lines.close();
    const failed = ended.filter((each) => each.code !== 0);
    if (failed.length > 0)
      throw new Error(
        `${failed.map((each) => `${each.machine} could not undo it: ${each.stderr.trim() || "the connection broke"}`).join("; ")}; \`fabriclab up\` repairs cables`,
      );
  };
  try {
    const times = await Promise.all(
      machines.map(
        ([machine, steps]) =>
          new Promise<number>((resolve, reject) => {
            const read = byLine((line) => {
              const found = /^done (\d+[.,]\d+)$/.exec(line);
              if (found !== null) resolve(Number((found[1] ?? "").replace(",", ".")) * 1000);
            });
            lines
              .hold(machine, heldScript(steps), read)
              .then((each) => {
                held.push([machine, each]);
                return each.ended.then(({ stderr }) =>
                  reject(new Error(`${machine}: ${stderr.trim() || "ended early"}`)),
                );
              })
              .catch(reject);
          }),
      ),
    );
    return { at: Math.min(...times), undo };
  } catch (error) {
    await undo().catch(() => undefined);
    throw error;
  }
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
