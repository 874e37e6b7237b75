import { LRUCache } from "lru-cache";
import { sortPrefixes } from "../../lab-spec/ip";
import type { LabPlan } from "../types";
import { countOf, someBestEdge } from "./bgp/alike";
import { NOTHING, type Network } from "./bgp/model";
import { fibOf } from "./fib";
import { flowsOf, type Flows } from "./flows";
import type { Group } from "./groups";
import { possiblePasses, type Pass } from "./passes";
import { receivedOf } from "./received";
import { ribOf } from "./rib";
import { ribEntries } from "./rib-entries";
import type { FibEntry, LabPrediction, PredictOptions, RibEntry, TablePrediction } from "./types";
import { unsettledPrediction } from "./unsettled";

/** Paths of tables, and next hops of kernel tables, that are kept once asked for: of paths, some 100 MiB. */
const ROOM = 1_000_000;

/** What the plan's sessions, tables and routes will be: of a whole lab, or of one with links and machines taken out. */
export function predictLab(plan: LabPlan, options: PredictOptions = {}): LabPrediction {
  const passes = possiblePasses(plan, options);
  const blocks = options.blocks === undefined ? "nominal" : "given";
  const [first, ...others] = passes;
  const prediction = predictionOf(plan, first, blocks);
  return others.length === 0
    ? prediction
    : unsettledPrediction(plan, passes, [prediction, ...others.map((pass) => predictionOf(plan, pass, blocks))]);
}

/** The prediction of a lab whose sessions are those of one pass. */
function predictionOf(plan: LabPlan, pass: Pass, blocks: LabPrediction["blocks"]): LabPrediction {
  const { topology, network, sessions, groups } = pass;
  const flows = flowsOf(network, groups);
  const byName = new Map(network.speakers.map((each) => [each.name, each]));
  const ribs = kept<RibEntry>(
    ({ paths }) => paths.length,
    (name) => {
      const at = byName.get(name);
      return at === undefined ? [] : ribOf(network, groups, at);
    },
  );
  const fibs = kept<FibEntry>(
    ({ nextHops }) => 1 + nextHops.length,
    (name) => fibOf(plan, topology, name, byName.get(name) ?? null, ribs(name)),
  );
  return {
    sessions,
    received: receivedOf(network, groups, flows),
    tables: tablesOf(network, groups, flows),
    blocks,
    blocksOf: pass.blocks,
    inexact: sortPrefixes(
      groups
        .filter((each, i) => each.settled && (each.uncertain || depends(network, each, i, flows)))
        .flatMap((each) => each.prefixes),
    ),
    unsettled: sortPrefixes(groups.filter((each) => !each.settled).flatMap((each) => each.prefixes)),
    unsettledSessions: [],
    speakers: network.speakers.map((each) => each.name),
    rib: ribs,
    fib: fibs,
  };
}

/**
 * Tables that are made when they are asked for, and kept while there is room: the one asked for last always is.
 *
 * @param sizeOf how much room an entry takes
 */
function kept<Entry>(sizeOf: (entry: Entry) => number, make: (name: string) => Entry[]): (name: string) => Entry[] {
  const cache = new LRUCache<string, Entry[]>({
    maxSize: ROOM,
    sizeCalculation: (entries) => Math.min(ROOM, 1 + entries.reduce((sum, entry) => sum + sizeOf(entry), 0)),
    memoMethod: make,
  });
  return (name) => cache.memo(name);
}

function tablesOf(network: Network, groups: readonly Group[], flows: Flows): TablePrediction[] {
  // Most routers know all prefixes: count each set once.
  const counted = new Map<string, Pick<TablePrediction, "prefixes" | "ribEntries">>();
  return network.speakers.map((at) => {
    const own = network.edges[at.id] ?? [];
    const known = Buffer.alloc(groups.length);
    const arriving = own.flatMap((edge) => flows.get(edge) ?? []);
    groups.forEach((group, i) => {
      if (group.origins.own.has(at.id) || arriving.some((flow) => flow.any(i))) known[i] = 1;
    });
    const key = known.toString("latin1");
    const found = counted.get(key) ?? counts(groups.filter((_, i) => known[i] === 1));
    counted.set(key, found);
    return { router: at.name, ...found };
  });
}

function counts(groups: readonly Group[]): Pick<TablePrediction, "prefixes" | "ribEntries"> {
  const prefixes = sortPrefixes(groups.flatMap((group) => group.prefixes));
  return { prefixes, ribEntries: ribEntries(prefixes) };
}

/**
 * Whether the routers' choices may depend on each other: a router's choice among equals decides whether its neighbor has a path at all, or a
 * better one. Otherwise every combination of choices is an outcome.
 */
function depends(network: Network, group: Group, i: number, flows: Flows): boolean {
  return network.speakers.some((at) => {
    const settled = group.state[at.id];
    if (settled === undefined || group.origins.own.has(at.id)) return false;
    if (settled.none && countOf(settled) > 0) return true;
    return someBestEdge(
      settled,
      (edge) => countOf(group.state[edge.from.id] ?? NOTHING) > 1 && flows.get(edge)?.at(i) === "sometimes",
    );
  });
}
