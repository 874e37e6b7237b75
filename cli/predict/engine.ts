import type { LabPlan, SessionPlan, SwitchPlan } from "../../plan";
import { learnedRoutes, nominalBlocks, subnetOf, tablesOf, topologyOf, tracerOf, type Blocks, type Broken, type RouteTables, type Tracer } from "../../plan/paths";
import { predict, type Prediction } from "../../plan/prediction";
import type { FibView, RibView, SessionView, TableView } from "./schema";

/** The routing of a lab, some of it perhaps taken out. */
export interface Routing {
  readonly sessions: readonly SessionView[];
  readonly tables: readonly TableView[];
  readonly rib: readonly RibView[];
  readonly fib: readonly FibView[];
  readonly blocks: Blocks;
  readonly tracer: Tracer;
}

export function routingOf(plan: LabPlan, broken: Broken): Routing {
  const left = without(plan, broken);
  const prediction = predict(left), blocks = nominalBlocks(plan), tables = tablesOf(plan, learnedRoutes(left), broken);
  const alive = (machine: string): boolean => !broken.machines.includes(machine);
  return {
    sessions: plan.sessions.map((session) => sessionView(session, prediction, downReason(session, plan, broken))),
    tables: prediction.tables.filter((each) => alive(each.router)).map(({ router, prefixes, ribEntries }) => ({ router, prefixes: prefixes.length, entries: ribEntries })),
    rib: ribView(plan, prediction).filter((each) => alive(each.router)),
    fib: fibView(tables).filter((each) => alive(each.machine)),
    blocks,
    tracer: tracerOf(plan, tables, blocks, broken),
  };
}

/** The plan without the sessions that can't come up, and without what switches can't announce: a bridge's subnet when no port has carrier. */
function without(plan: LabPlan, broken: Broken): LabPlan {
  if (broken.links.length + broken.machines.length === 0) return plan;
  const topology = topologyOf(plan, broken);
  const carrier = ({ name, bridge }: SwitchPlan): boolean => bridge === null || bridge.ports.some((port) => topology.cable({ machine: name, interface: port }) !== null);
  const networks = (of: SwitchPlan): readonly string[] => !topology.alive(of.name) ? [] : carrier(of) || of.bridge === null ? of.networks : of.networks.filter((prefix) => prefix !== subnetOf(of.bridge?.address ?? ""));
  return { ...plan, sessions: plan.sessions.filter((session) => downReason(session, plan, broken) === ""), switches: plan.switches.map((each) => ({ ...each, networks: networks(each) })) };
}

/** Why a session can't come up; empty if it can. */
function downReason({ a, b, link }: SessionPlan, plan: LabPlan, broken: Broken): string {
  const gone = [a, b].find((end) => broken.machines.includes(end.machine));
  if (gone !== undefined) return `${gone.machine} is taken out`;
  const ends = [a.machine, b.machine];
  const cut = link ?? plan.links.find((each) => each.kind === "server" && ends.includes(each.a.machine) && broken.links.includes(each.name))?.name;
  return cut !== undefined && broken.links.includes(cut) ? `link ${cut} is taken out` : "";
}

function sessionView({ name, a, b, type }: SessionPlan, prediction: Prediction, reason: string): SessionView {
  const counts = (to: string): number[] => [...(prediction.received.find((each) => each.session === name && each.to === to)?.counts ?? [])];
  return { name, a: { ...a }, b: { ...b }, type, state: reason === "" ? "ESTABLISHED" : "DOWN", reason, receivedByA: reason === "" ? counts(a.machine) : [], receivedByB: reason === "" ? counts(b.machine) : [] };
}

function ribView(plan: LabPlan, prediction: Prediction): RibView[] {
  const order = new Map(plan.switches.map(({ name }, i) => [name, i]));
  const rows = prediction.prefixes.flatMap(({ prefix, routers }) => routers.map(({ router, best }): RibView => ({
    router, prefix,
    paths: best.map(({ via, nextHop, asPath }) => ({ from: via, nextHop, asPath: [...asPath], best: best.length === 1 ? "always" : "possibly" })),
  })));
  return rows.sort((x, y) => (order.get(x.router) ?? 0) - (order.get(y.router) ?? 0));
}

function fibView(tables: RouteTables): FibView[] {
  return [...tables].flatMap(([machine, routes]) => routes.map(({ prefix, kind, gateways }) => ({ machine, prefix, kind, nextHops: gateways.map((each) => ({ ...each })) })));
}
