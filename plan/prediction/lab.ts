import { sortPrefixes } from "../../lab-spec/ip";
import { nodesSpeakBgp } from "../calico";
import type { LabPlan, Prefix } from "../types";
import { classesOf, countOf, someBestEdge } from "./bgp/alike";
import { edgesOf } from "./bgp/network";
import { NOTHING, type Network } from "./bgp/settle";
import { nominalBlocks } from "./blocks";
import { fibOf } from "./fib";
import { flowsOf, pathsOn, type Flows } from "./flows";
import { groupsOf, type Group } from "./groups";
import { nextHops, reachability, type Asked, type Last } from "./reach";
import { receivedOf } from "./received";
import { Recent } from "./recent";
import { ribOf } from "./rib";
import { ribEntries } from "./rib-entries";
import { sessionsOf, type Sessions } from "./sessions";
import { speakersOf } from "./speakers";
import { topologyOf, type Topology } from "./topology";
import type { Broken, FibEntry, LabPrediction, PredictOptions, RibEntry, TablePrediction } from "./types";

const WHOLE: Broken = { links: [], machines: [] };
/** Paths of tables, and next hops of kernel tables, that are kept once asked for: of paths, some 100 MiB. */
const ROOM = 1_000_000;
/** Sessions and next hops may depend on routes that depend on them: how often to look again before giving up. */
const PASSES = 8;

/** The network of a plan, come to rest. */
export interface Rest {
  readonly topology: Topology;
  readonly blocks: Readonly<Record<string, readonly Prefix[]>>;
  readonly network: Network;
  readonly sessions: Sessions["sessions"];
  readonly groups: readonly Group[];
}

/** What the plan's sessions, tables and routes will be: of a whole lab, or of one with links and machines taken out. */
export function predictLab(plan: LabPlan, options: PredictOptions = {}): LabPrediction {
  const { topology, blocks, network, sessions, groups } = restOf(plan, options);
  const flows = flowsOf(network, groups);
  const byName = new Map(network.speakers.map((each) => [each.name, each]));
  const ribs = new Recent<RibEntry[]>(ROOM, (entries) => entries.reduce((sum, { paths }) => sum + paths.length, 0));
  const fibs = new Recent<FibEntry[]>(ROOM, (entries) =>
    entries.reduce((sum, { nextHops }) => sum + 1 + nextHops.length, 0),
  );
  const rib = (name: string): RibEntry[] => {
    const at = byName.get(name);
    return at === undefined ? [] : ribs.get(name, () => ribOf(network, groups, at));
  };
  return {
    sessions,
    received: receivedOf(network, groups, flows),
    tables: tablesOf(network, groups, flows),
    blocks: options.blocks === undefined ? "nominal" : "given",
    blocksOf: blocks,
    inexact: sortPrefixes(
      groups
        .filter((each, i) => each.settled && (each.uncertain || depends(network, each, i, flows)))
        .flatMap((each) => each.prefixes),
    ),
    unsettled: sortPrefixes(groups.filter((each) => !each.settled).flatMap((each) => each.prefixes)),
    speakers: network.speakers.map((each) => each.name),
    rib,
    fib: (name) => fibs.get(name, () => fibOf(plan, topology, name, byName.get(name) ?? null, rib(name))),
  };
}

/** Sessions, then routes, and again while routes change which sessions and next hops are reached. */
export function restOf(plan: LabPlan, options: PredictOptions = {}): Rest {
  const topology = topologyOf(plan, options.broken ?? WHOLE);
  const blocks = options.blocks ?? (nodesSpeakBgp(plan.calico) ? nominalBlocks(plan) : {});
  const speakers = speakersOf(plan, topology, blocks, options.announced ?? {});
  const ended = new Map<string, string>();
  let last: Last | null = null;
  for (let pass = 0; ; pass++) {
    const asked: Asked = new Map();
    const routes = reachability(plan, topology, speakers, last, asked);
    const found = sessionsOf(plan, speakers, topology, { reaches: routes.reaches, sources: routes.sources, ended });
    const { edges, reverse } = edgesOf(speakers, found.halves);
    const stubs = new Set(
      speakers.filter((at) => at.software === "bird" && edges[at.id]?.length === 1).map((at) => at.id),
    );
    const network: Network = {
      speakers,
      edges,
      reverse,
      drained: speakers.some((at) => at.drain),
      stubs,
      classes: classesOf(speakers, edges, reverse, stubs),
      distance: nextHops(topology, routes),
    };
    const groups = groupsOf(network);
    const over = overLimit(network, groups).filter(([session]) => !ended.has(session));
    for (const [session, why] of over) ended.set(session, why);
    last = { network, groups };
    const now = reachability(plan, topology, speakers, last, new Map());
    const steady = [...asked.values()].every(
      ({ kind, machine, address, answer }) => String(now[kind](machine, address)) === String(answer),
    );
    if ((steady && over.length === 0) || pass === PASSES)
      return { topology, blocks, network, sessions: found.sessions, groups };
  }
}

/** FRR 8.4 looks at the limit before it counts the prefix at hand (bgpd/bgp_route.c, `bgp_update`): one more than the limit stays. */
const SPARE = 1;

/** Sessions whose receiver gets more prefixes than it takes, and why they end (`maximum-prefix`). */
function overLimit(network: Network, groups: readonly Group[]): [string, string][] {
  const limited = {
    ...network,
    edges: network.edges.map((list) => list.filter((edge) => edge.settings.maximumPrefix !== null)),
  };
  return [...flowsOf(limited, groups)].flatMap(([edge, how]): [string, string][] => {
    const limit = edge.settings.maximumPrefix ?? Infinity;
    const count = groups.reduce((sum, group, i) => {
      const { always, sometimes } = pathsOn(network, group, edge, how.at(i));
      return sum + (always + sometimes) * group.prefixes.length;
    }, 0);
    return count > limit + SPARE
      ? [
          [
            edge.session,
            `${edge.from.name} sends ${count} prefixes, ${edge.at.name} takes ${limit + SPARE} (maximum-prefix ${limit}, which FRR looks at one late)`,
          ],
        ]
      : [];
  });
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
