import { setTimeout as sleep } from "node:timers/promises";
import { byLine } from "../../common/lines";
import { Lines, type Held } from "../held";
import { isClusterLab } from "../../verify/cluster";
import { readyPods } from "../../verify/facts/kubernetes";
import { livePods, liveService, withAccess, type RunningLab } from "../lab";
import { fabricFlowsOf, probeFlowsOf } from "./flows";
import { longestOf, measure } from "./measure";
import { HttpLog, PingLog, type ProbeLog } from "./parse";
import { httpScript, pingScript } from "./scripts";
import type { ProbeFlow, FlowResult, ProbeResult, Sample } from "./types";

/** A flow that is being sent, and what is known of it. */
export interface LiveFlow {
  readonly flow: ProbeFlow;
  samples(): Sample[];
}

/** Probes under way. */
export interface Probing {
  readonly flows: readonly LiveFlow[];
  /** Ends all probes and says what became of them. */
  stop(): Promise<ProbeResult>;
}

/** OpenSSH takes 10 sessions on a connection. */
const SESSIONS = 8;
const START_MS = 15_000;
/** A node that was cut off is told ready within 10 s of its return (kubelet's status reports), its pods soon after. */
const PODS_MS = 60_000;
const POD_LOOK_MS = 1000;
const LOOK_MS = 50;
/** Answers of every flow before the probes count as running. */
const WARM = 3;

/** How a probe's start is watched: told what it waits for, and ended early. */
export interface Watching {
  readonly onPhase: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The flows of a running lab, and how many pods of its workload were not ready to be an end of one. */
export interface LiveFlows {
  readonly flows: readonly ProbeFlow[];
  readonly podsMissing: number;
}

/**
 * Waits a while for pods that are not ready, as after a node came back, then takes those that are.
 *
 * @throws Error where there are no two pods to send between
 */
export async function liveFlows(lab: RunningLab, { onPhase, signal }: Watching): Promise<LiveFlows> {
  return withAccess(lab, async (access) => {
    if (!isClusterLab(access)) return { flows: fabricFlowsOf(lab.plan), podsMissing: 0 };
    for (
      const deadline = Date.now() + PODS_MS;
      ;
      await sleep(POD_LOOK_MS, undefined, { signal }).catch(() => undefined)
    ) {
      const { missing } = await readyPods(access);
      if (missing > 0 && Date.now() < deadline && !signal.aborted) {
        onPhase(
          `waiting for pods: ${missing} of ${lab.plan.workload?.replicas} of ${lab.plan.workload?.name} ${missing === 1 ? "is" : "are"} not ready`,
        );
        access.forget();
        continue;
      }
      const flows = probeFlowsOf(lab.plan, await livePods(access), await liveService(access));
      if (flows.length === 0)
        throw new Error(
          `lab ${lab.plan.name} has no running pods on two nodes to probe between: give it a workload of two replicas, or wait until its pods run (fabriclab verify)`,
        );
      return { flows, podsMissing: missing };
    }
  });
}

/**
 * Starts probes and waits until each gets answers.
 *
 * @throws Error that names a flow without answers
 */
export async function startProbes(lab: RunningLab, { flows, podsMissing }: LiveFlows): Promise<Probing> {
  const lines = new ProbeLines(lab, flows);
  const begun = Date.now();
  const started = await Promise.allSettled(flows.map((flow) => startFlow(flow, lines)));
  const running = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  try {
    for (const each of started) if (each.status === "rejected") throw each.reason;
    await warm(running);
  } catch (error) {
    await Promise.all(running.map((each) => each.held.release()));
    await lines.close();
    throw error;
  }
  const stop = async (): Promise<ProbeResult> => {
    const seconds = (Date.now() - begun) / 1000;
    const results = await Promise.all(running.map(endOf));
    await lines.close();
    return { lab: lab.plan.name, started: new Date(begun).toISOString(), seconds, podsMissing, ...totalsOf(results) };
  };
  return { flows: running, stop };
}

interface Running extends LiveFlow {
  readonly log: ProbeLog;
  readonly held: Held;
}

/** Connections for flows: a machine with more flows than one connection carries sessions gets another. */
class ProbeLines {
  private readonly lines: Lines[] = [];
  /** Which of its machine's connections carries a flow. */
  private readonly places: ReadonlyMap<ProbeFlow, Lines>;

  constructor(lab: RunningLab, flows: readonly ProbeFlow[]) {
    const counts = new Map<string, number>();
    this.places = new Map(
      flows.map((flow) => {
        const before = counts.get(flow.source.machine) ?? 0;
        counts.set(flow.source.machine, before + 1);
        const place = Math.floor(before / SESSIONS);
        return [flow, (this.lines[place] ??= new Lines(lab.machines))];
      }),
    );
  }

  hold(flow: ProbeFlow, script: string, onOutput: (data: Buffer) => void): Promise<Held> {
    const line = this.places.get(flow);
    if (line === undefined) throw new Error(`no connection was planned for flow ${flow.name}`);
    return line.hold(flow.source.machine, script, onOutput);
  }

  async close(): Promise<void> {
    await Promise.all(this.lines.map((each) => each.close()));
  }
}

async function startFlow(flow: ProbeFlow, lines: ProbeLines): Promise<Running> {
  const log: ProbeLog = flow.kind === "ping" ? new PingLog(flow.intervalMs) : new HttpLog();
  const { namespace } = flow.source;
  const script =
    flow.kind === "ping"
      ? pingScript(flow.source, flow.address, flow.intervalMs)
      : httpScript(namespace, flow.address, flow.port, flow.intervalMs);
  const held = await lines.hold(
    flow,
    script,
    byLine((text) => log.feed(text)),
  );
  return { flow, log, held, samples: () => log.samples() };
}

/** Ends a flow's probe. `ping` ends with 1 where something was lost, which is no error of the probe. */
async function endOf({ flow, log, held }: Running): Promise<FlowResult> {
  const { code, stderr } = await held.release();
  const error = code === 0 || code === 1 ? "" : stderr.trim() || "the connection broke";
  return measure(flow, log.samples(), error);
}

function totalsOf(flows: readonly FlowResult[]): Pick<ProbeResult, "sent" | "lost" | "longestGapMs" | "flows"> {
  return {
    sent: flows.reduce((total, each) => total + each.sent, 0),
    lost: flows.reduce((total, each) => total + each.lost, 0),
    longestGapMs: longestOf(flows.map((each) => each.longestGapMs)),
    flows,
  };
}

async function warm(running: readonly Running[]): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const silent = running.find((each) => each.samples().filter((sample) => sample.answered).length < WARM);
    if (silent === undefined) return;
    if (Date.now() > deadline)
      throw new Error(`no answer within ${START_MS / 1000} s: ${silent.flow.name}; look at \`fabriclab verify\` first`);
    await sleep(LOOK_MS);
  }
}

/**
 * Probes a lab while something is done to it: `pulumi up`, a failure, a repair.
 *
 * @returns what the action returned, and what the probes lost
 */
export async function during<T>(
  lab: RunningLab,
  action: (probing: Probing) => Promise<T>,
  watching: Watching,
): Promise<{ readonly value: T; readonly probe: ProbeResult }> {
  const probing = await startProbes(lab, await liveFlows(lab, watching));
  let value: T;
  try {
    value = await action(probing);
  } catch (error) {
    await probing.stop();
    throw error;
  }
  return { value, probe: await probing.stop() };
}
