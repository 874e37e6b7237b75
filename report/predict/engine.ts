import type { LabPlan } from "../../plan";
import { machineNames } from "../../plan/lookup";
import { blocksFor, tracerOf, type Blocks, type Tracer } from "../../plan/paths";
import {
  predictLab,
  type Broken,
  type FibEntry,
  type LabPrediction,
  type RibEntry,
  type SessionPrediction,
} from "../../plan/prediction";
import type { FibView, RibView, SessionView, TableView } from "./schema";

/** The routing of a lab, some of it perhaps taken out: what is asked for is put together then. */
export interface Routing {
  readonly prediction: LabPrediction;
  readonly blocks: Blocks;
  readonly tracer: Tracer;
  /** Machines that are left. */
  readonly machines: readonly string[];
}

export function routingOf(plan: LabPlan, broken: Broken): Routing {
  const prediction = predictLab(plan, { broken });
  return {
    prediction,
    blocks: blocksFor(plan, prediction),
    tracer: tracerOf(plan, prediction, broken),
    machines: machineNames(plan).filter((name) => !broken.machines.includes(name)),
  };
}

/** Which machines' part is asked for. */
export type Choice = (machine: string | null) => boolean;

export function sessionViews({ prediction }: Routing, of: Choice): SessionView[] {
  const received = new Map(prediction.received.map((each) => [`${each.session}\n${each.to}`, each.counts]));
  const counts = ({ name, state }: SessionPrediction, machine: string | null): number[] =>
    state === "ESTABLISHED" || state === "UNSETTLED" ? [...(received.get(`${name}\n${machine ?? ""}`) ?? [])] : [];
  return prediction.sessions
    .filter(({ a, b }) => of(a.machine) || of(b.machine))
    .map((each) => ({
      name: each.name,
      a: { ...each.a },
      b: { ...each.b },
      type: each.type,
      state: each.state,
      reason: each.reason,
      receivedByA: counts(each, each.a.machine),
      receivedByB: counts(each, each.b.machine),
    }));
}

export function tableViews({ prediction }: Routing, of: Choice): TableView[] {
  return prediction.tables
    .filter((each) => of(each.router))
    .map(({ router, prefixes, ribEntries }) => ({ router, prefixes: prefixes.length, entries: ribEntries }));
}

export function ribViews({ prediction }: Routing, of: Choice): RibView[] {
  return prediction.speakers
    .filter(of)
    .flatMap((router) => prediction.rib(router).map((entry) => ribView(router, entry)));
}

const ribView = (router: string, { prefix, paths }: RibEntry): RibView => ({
  router,
  prefix,
  paths: paths.map((path) => ({ ...path, asPath: [...path.asPath], clusters: [...path.clusters] })),
});

export function fibViews({ prediction, machines: left }: Routing, of: Choice): FibView[] {
  return left.filter(of).flatMap((machine) => prediction.fib(machine).map((entry) => fibView(machine, entry)));
}

const fibView = (machine: string, entry: FibEntry): FibView => ({
  machine,
  ...entry,
  nextHops: entry.nextHops.map((hop) => ({ ...hop })),
});
