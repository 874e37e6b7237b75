import type { LabPlan } from "../../plan";
import { machineNames } from "../../plan/lookup";
import {
  endpointNamed,
  endpointsOf,
  isSource,
  UnknownEndpointError,
  WHOLE,
  type PathEnd,
  type Path,
} from "../../plan/paths";
import type { Broken } from "../../plan/prediction";
import { didYouMean } from "../../lab-spec/suggest";
import type { Problem } from "../../lab-spec";
import { UsageError } from "../../common/errors";
import { differenceOf } from "./diff";
import {
  fibViews,
  ribViews,
  predictedLab,
  sessionViews,
  tableViews,
  type RouterFilter,
  type PredictedLab,
} from "./engine";
import type { PathView, PredictionView } from "./schema";

/** What a user asks for; nothing chosen means sessions, tables, and paths from pods and machines outside to pods, services and machines outside. */
export interface Question {
  readonly session: boolean;
  readonly rib: boolean;
  readonly fib: boolean;
  /** Source and destination. */
  readonly path: readonly [string, string] | null;
  readonly router: string | null;
  readonly broken: Broken;
  readonly diff: boolean;
}

/** The most pairs of endpoints whose paths are given unasked: each path is followed on its own, which takes time. */
const MOST_PAIRS = 5000;

/** @throws UsageError for names that the lab doesn't have */
export function predictionView(plan: LabPlan, problems: readonly Problem[], asked: Question): PredictionView {
  const { broken, router } = asked;
  if (router !== null && !machineNames(plan).includes(router))
    throw new UsageError(
      `--router ${router}: lab ${plan.name} has no machine "${router}". ${didYouMean(router, machineNames(plan))}`,
    );
  const routing = predictedLab(plan, broken);
  const all = !asked.session && !asked.rib && !asked.fib && asked.path === null && !asked.diff;
  const of: RouterFilter = (name) => router === null || name === router;
  const chosen =
    asked.path !== null
      ? { pairs: [pathEnds(plan, routing, asked.path)], leftOut: [] }
      : all || asked.diff
        ? pairsOf(plan, routing, router, all && router === null)
        : { pairs: [], leftOut: [] };
  const { pairs } = chosen;
  return {
    lab: plan.name,
    problems: problems.map((each) => ({ ...each, values: { ...each.values } })),
    broken: { links: [...broken.links], machines: [...broken.machines] },
    blocks: routing.prediction.blocks,
    inexact: [...routing.prediction.inexact],
    unsettled: [...routing.prediction.unsettled],
    unsettledSessions: [...routing.prediction.unsettledSessions],
    leftOut: [...chosen.leftOut],
    ...(asked.session || all ? { sessions: sessionViews(routing, of) } : {}),
    ...(asked.rib || all ? { tables: tableViews(routing, of) } : {}),
    ...(asked.rib ? { rib: ribViews(routing, of) } : {}),
    ...(asked.fib ? { fib: fibViews(routing, of) } : {}),
    ...(asked.path !== null || (all && pairs.length > 0)
      ? { paths: pairs.map(([from, to]) => pathView(routing.tracer.trace(from, to))) }
      : {}),
    ...(asked.diff ? { diff: differenceOf(predictedLab(plan, WHOLE), routing, pairs, of) } : {}),
  };
}

function pathEnds(plan: LabPlan, { blocks }: PredictedLab, [from, to]: readonly [string, string]): [PathEnd, PathEnd] {
  try {
    const source = endpointNamed(from, plan, blocks);
    if (!isSource(source) && source.machine === null)
      throw new UsageError(
        `--path ${from}: packets can't start at ${source.kind === "service" ? "a service" : "an address that no machine has"}; name a machine or pod:NODE`,
      );
    return [source, endpointNamed(to, plan, blocks)];
  } catch (error) {
    if (error instanceof UnknownEndpointError) throw new UsageError(`--path: ${error.message}`);
    throw error;
  }
}

/** Ends of the traffic that a lab is built for. */
const WORKLOADS: readonly PathEnd["kind"][] = ["pod", "host", "service", "netscaler", "vip"];

/** All ordered pairs of different endpoints, two pods of one node included; none where they are too many, and what to ask instead. */
function pairsOf(
  plan: LabPlan,
  { blocks }: PredictedLab,
  router: string | null,
  workloads: boolean,
): { readonly pairs: [PathEnd, PathEnd][]; readonly leftOut: readonly string[] } {
  const all = endpointsOf(plan, blocks).filter(({ kind }) => !workloads || WORKLOADS.includes(kind));
  const sources = all.filter((each) => isSource(each) && (router === null || each.machine === router));
  const count = sources.length * all.length;
  if (count > MOST_PAIRS)
    return {
      pairs: [],
      leftOut: [
        `the paths of ${count} pairs of endpoints, more than ${MOST_PAIRS}: ask for those of one machine (--router NAME${router === null ? "" : ", another than this"}) or for one (--path SRC DST)`,
      ],
    };
  return {
    pairs: sources.flatMap((from) =>
      all.filter((to) => to !== from || from.kind === "pod").map((to): [PathEnd, PathEnd] => [from, to]),
    ),
    leftOut: [],
  };
}

/** A copy that is free to be changed: the schema's types are. */
const pathView = (path: Path): PathView => structuredClone(path) as PathView;
