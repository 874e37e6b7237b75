/** Runs fabrics for real, one after the other, and compares each with its prediction once it has come to rest. */
import { setTimeout as sleep } from "node:timers/promises";
import { predictLab, type Broken, type SessionState } from "../../../plan/prediction";
import { differences, peersOf, type Live, type Tally } from "./compare";
import type { Container } from "./container";
import type { Fabric } from "./fabrics";
import type { LabPlan } from "../../../plan";
import { peers } from "./nodes";
import { ask, breakLab, kernelRoutes, nodeSummaries, startRouters, stopRouters } from "./routers";

/** FRR gathers updates for up to a second (`coalesce-time`): tables that stay the same for longer are at rest. */
const PAUSE_MS = 600;
const STEADY = 3;
const LIMIT_MS = 90_000;
const WHOLE: Broken = { links: [], machines: [] };

export async function runFabric(container: Container, { plan, broken }: Fabric, tally: Tally): Promise<string[]> {
  try {
    await startRouters(container, plan);
    const whole = differences(plan, WHOLE, await rest(container, plan, WHOLE), tally);
    if (broken === null) return whole;
    await breakLab(container, plan, broken);
    const left = differences(plan, broken, await rest(container, plan, broken), tally);
    return [...whole, ...left.map((each) => `broken: ${each}`)];
  } finally {
    await stopRouters(container, plan);
  }
}

/** What the routers show once every session that should come up has, every one that should be down is, and nothing changes any more. */
async function rest(container: Container, plan: LabPlan, broken: Broken): Promise<Live> {
  const left = {
    switches: plan.switches.filter(({ name }) => !broken.machines.includes(name)),
    nodes: peers(plan),
  };
  const wanted = wantedSessions(plan, broken);
  const begun = Date.now();
  for (let same = 0, before = ""; ;) {
    const live = {
      summaries: {
        ...(await ask(container, left.switches, "show bgp ipv4 unicast summary json")),
        ...(await nodeSummaries(container, left.nodes)),
      },
      tables: await ask(container, left.switches, "show bgp ipv4 unicast json"),
      routes: await kernelRoutes(container, [...left.switches, ...left.nodes]),
    };
    const now = JSON.stringify([live.tables, live.routes]);
    const settled = wanted.every(
      ({ machine, peer, up }) => (peersOf(live.summaries[machine])[peer]?.state === "Established") === up,
    );
    same = settled && now === before ? same + 1 : 0;
    before = now;
    if (same >= STEADY || Date.now() - begun > LIMIT_MS) return live;
    await sleep(PAUSE_MS);
  }
}

interface WantedEnd {
  readonly machine: string;
  /** The neighbor's address. */
  readonly peer: string;
  readonly up: boolean;
}

/** Ends of sessions that should come up, and of those that failures should bring down. */
function wantedSessions(plan: LabPlan, broken: Broken): WantedEnd[] {
  const running = new Set(
    [...plan.switches, ...peers(plan)].map(({ name }) => name).filter((name) => !broken.machines.includes(name)),
  );
  const isDown = broken === WHOLE ? () => false : (state: SessionState): boolean => state === "NOT_ESTABLISHED";
  return predictLab(plan, { broken })
    .sessions.filter(({ state }) => state === "ESTABLISHED" || isDown(state))
    .flatMap(({ a, b, state }) =>
      [
        { machine: a.machine, peer: b.address },
        { machine: b.machine, peer: a.address },
      ].flatMap(({ machine, peer }) =>
        machine !== null && peer !== null && running.has(machine)
          ? [{ machine, peer, up: state === "ESTABLISHED" }]
          : [],
      ),
    );
}

export const summary = (fabrics: number, tally: Tally, found: number): string =>
  `${fabrics} fabrics, ${tally.sessions} session ends, ${tally.received} received counts, ${tally.paths} RIB paths, ${tally.routes} kernel routes: ${found} differences${tally.unsettled > 0 ? `; ${tally.unsettled} unsettled prefixes not compared` : ""}`;
