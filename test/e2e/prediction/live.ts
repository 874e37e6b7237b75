/** Runs fabrics for real, one after the other, and compares each with its prediction once it has come to rest. */
import { setTimeout as sleep } from "node:timers/promises";
import { predictLab } from "../../../plan/prediction";
import { differences, peersOf, type Live, type Tally } from "./compare";
import type { Container } from "./container";
import type { Fabric } from "./fabrics";
import { ask, kernelRoutes, startRouters, stopRouters } from "./routers";

/** FRR gathers updates for up to a second (`coalesce-time`): tables that stay the same for longer are at rest. */
const PAUSE_MS = 600;
const STEADY = 3;
const LIMIT_MS = 90_000;

export async function runFabric(container: Container, { plan }: Fabric, tally: Tally): Promise<string[]> {
  try {
    await startRouters(container, plan);
    return differences(plan, await rest(container, plan), tally);
  } finally {
    await stopRouters(container, plan);
  }
}

/** What the routers show once every session that should come up has, and nothing changes any more. */
async function rest(container: Container, plan: Fabric["plan"]): Promise<Live> {
  const switches = new Set(plan.switches.map((of) => of.name));
  const wanted = predictLab(plan).received.filter(({ to }) => switches.has(to));
  const begun = Date.now();
  for (let same = 0, before = ""; ;) {
    const live = {
      summaries: await ask(container, plan, "show bgp ipv4 unicast summary json"),
      tables: await ask(container, plan, "show bgp ipv4 unicast json"),
      routes: await kernelRoutes(container, plan),
    };
    const now = JSON.stringify([live.tables, live.routes]);
    const up = wanted.every(({ to, neighbor }) => peersOf(live.summaries[to])[neighbor]?.state === "Established");
    same = up && now === before ? same + 1 : 0;
    before = now;
    if (same >= STEADY || Date.now() - begun > LIMIT_MS) return live;
    await sleep(PAUSE_MS);
  }
}

export const summary = (fabrics: number, tally: Tally, found: number): string =>
  `${fabrics} fabrics, ${tally.sessions} session ends, ${tally.received} received counts, ${tally.paths} RIB paths, ${tally.routes} kernel routes: ${found} differences${tally.unsettled > 0 ? `; ${tally.unsettled} unsettled prefixes not compared` : ""}`;
