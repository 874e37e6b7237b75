import { LRUCache } from "lru-cache";
import { rangeText, sortPrefixes } from "../../lab-spec/ip";
import type { LabPlan, Prefix } from "../types";
import { countOf, someBestEdge } from "./bgp/alike";
import { NOTHING, type Network } from "./bgp/model";
import { fibOf, routeFinder, type LazyTable } from "./fib";
import { flowsOf, type Flows } from "./flows";
import type { Group } from "./groups";
import { possiblePasses, type Pass } from "./passes";
import { settledAt } from "./bgp/search";
import { receivedOf } from "./received";
import { itemAt, matches, prefixTable, type PrefixTable } from "./longest-match";
import { ribOf, tablePaths } from "./rib";
import { ribEntries } from "./rib-entries";
import type { Speaker } from "./speakers";
import type { FibEntry, LabPrediction, PredictOptions, RibEntry, RibPath, TablePrediction } from "./types";
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
    unusable: (name) => {
      const at = byName.get(name);
      return at === undefined ? [] : unusableEntries(network, groups, at);
    },
    fib: fibs,
    route: routesOf(plan, pass, byName),
  };
}

function unusableEntries(network: Network, groups: readonly Group[], at: Speaker): RibEntry[] {
  return groups.flatMap((group) => {
    if (countOf(settledAt(network, group.origins, group.state, at)) > 0) return [];
    const paths = tablePaths(network, group, at);
    return paths.length === 0 ? [] : group.prefixes.map((prefix) => ({ prefix, paths }));
  });
}

/** Single routes of machines: of a big lab's tables, a path through it asks for few. */
function routesOf(
  plan: LabPlan,
  { topology, network, groups }: Pass,
  byName: ReadonlyMap<string, Speaker>,
): LabPrediction["route"] {
  const table = prefixTable(groups, ({ prefixes }) => prefixes);
  const finders = new Map<string, (address: number) => FibEntry | null>();
  const known = new Map<string, FibEntry | null>();
  const finderOf = (machine: string): ((address: number) => FibEntry | null) => {
    const before = finders.get(machine);
    if (before !== undefined) return before;
    const speaker = byName.get(machine) ?? null;
    const made = routeFinder(plan, topology, machine, speaker, lazyTable(network, table, speaker));
    finders.set(machine, made);
    return made;
  };
  return (machine, address) => {
    const key = `${machine} ${address}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = finderOf(machine)(address);
    known.set(key, found);
    return found;
  };
}

/** The BGP table of a speaker, each entry made once it is asked for; nothing of a machine that speaks no BGP. */
function lazyTable(network: Network, table: PrefixTable<Group>, at: Speaker | null): LazyTable {
  const paths = new Map<Group, readonly RibPath[]>();
  const entryOf = (group: Group | undefined, prefix: Prefix): RibEntry | undefined => {
    if (group === undefined || at === null) return undefined;
    const made = paths.get(group) ?? tablePaths(network, group, at);
    paths.set(group, made);
    return made.length === 0 ? undefined : { prefix, paths: made };
  };
  return {
    get: (prefix) => entryOf(itemAt(table, prefix), prefix),
    *holding(address) {
      for (const { range, item } of matches(table, address)) {
        const entry = entryOf(item, rangeText(range));
        if (entry !== undefined) yield entry;
      }
    },
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
    const key = `${known.toString("latin1")} ${at.idle.join(" ")}`;
    const found =
      counted.get(key) ??
      counts(
        groups.filter((_, i) => known[i] === 1),
        at.idle,
      );
    counted.set(key, found);
    return { router: at.name, ...found };
  });
}

/** @param idle networks that stand in the table without a valid path: they count as entries all the same */
function counts(groups: readonly Group[], idle: readonly Prefix[]): Pick<TablePrediction, "prefixes" | "ribEntries"> {
  const prefixes = sortPrefixes(groups.flatMap((group) => group.prefixes));
  return { prefixes, ribEntries: ribEntries([...prefixes, ...idle]) };
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
