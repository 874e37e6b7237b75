import { holds, knownAddress, knownRange, type PrefixRange } from "../../lab-spec/ip";
import { homeOf } from "../lookup";
import type { LabPlan } from "../types";
import { countOf } from "./bgp/alike";
import type { Edge } from "./bgp/path";
import { NOTHING, type Network } from "./bgp/model";
import { settledAt } from "./bgp/search";
import type { Group } from "./groups";
import { tablePaths } from "./rib";
import type { NextHopLookups } from "./software/bgp-software";
import type { Speaker } from "./speakers";
import type { Topology } from "./topology";

/** What the last pass made. */
export interface Last {
  readonly network: Network;
  readonly groups: readonly Group[];
}

/** What machines make of addresses elsewhere. */
export interface Routes {
  /** Whether packets get there. */
  reaches(machine: string, address: number): boolean;
  /** Whether a BGP route of a speaker covers it. */
  learned(machine: string, address: number): boolean;
  /** Addresses that packets to it come from, where nobody says which: those of the links they leave by; several where routes or timing choose. */
  sources(machine: string, address: number): readonly number[];
}

/** What has been asked of routes, and the answers. */
export type Asked = Map<
  string,
  {
    readonly kind: keyof Routes;
    readonly machine: string;
    readonly address: number;
    readonly answer: boolean | readonly number[];
  }
>;

/** A group of the last pass, with its prefixes as ranges; the default route is none of them. */
interface Covered {
  readonly group: Group;
  readonly ranges: readonly PrefixRange[];
}

/** What the answers of one pass are made from. */
interface Ground {
  readonly topology: Topology;
  readonly speakers: ReadonlyMap<string, Speaker>;
  /** The leaf of each server. */
  readonly leaves: ReadonlyMap<string, string>;
  readonly last: Last | null;
  readonly covered: () => readonly Covered[];
}

/** Whether a machine has a route to an address: a connected subnet, a BGP route of the last pass, a server's default route. */
export function reachability(
  plan: LabPlan,
  topology: Topology,
  speakers: readonly Speaker[],
  last: Last | null,
  asked: Asked,
): Routes {
  let known: readonly Covered[] | null = null;
  const ground: Ground = {
    topology,
    speakers: new Map(speakers.map((each) => [each.name, each])),
    leaves: new Map(plan.servers.map((each) => [each.name, homeOf(each).leaf])),
    last,
    covered: () => (known ??= (last?.groups ?? []).map(coveredBy)),
  };
  const routes: Routes = {
    learned: once(asked, "learned", false, (machine, address) => learnedAt(ground, machine, address)),
    reaches: once(asked, "reaches", false, (machine, address) => reachedFrom(ground, routes, machine, address)),
    sources: once(asked, "sources", [], (machine, address) => sourcesAt(ground, routes, machine, address)),
  };
  return routes;
}

const coveredBy = (group: Group): Covered => ({
  group,
  ranges: group.prefixes.map(knownRange).filter((range) => range.length > 0),
});

/**
 * An answer that is worked out once and kept in `asked`. Whoever asks again while it is being worked out gets `meanwhile`: names that are taken twice, which
 * rules refuse, may make a machine its own leaf, and a next hop may be reached by its own route.
 */
function once<Answer extends boolean | readonly number[]>(
  asked: Asked,
  kind: keyof Routes,
  meanwhile: Answer,
  answer: (machine: string, address: number) => Answer,
): (machine: string, address: number) => Answer {
  return (machine, address) => {
    const key = `${kind} ${machine} ${address}`;
    const before = asked.get(key);
    if (before !== undefined) return before.answer as Answer;
    asked.set(key, { kind, machine, address, answer: meanwhile });
    const found = answer(machine, address);
    asked.set(key, { kind, machine, address, answer: found });
    return found;
  };
}

function learnedAt({ speakers, last, covered }: Ground, machine: string, address: number): boolean {
  const at = speakers.get(machine);
  if (last === null || at === undefined) return false;
  return covered().some(
    ({ group, ranges }) =>
      ranges.some((range) => holds(range, address)) &&
      settledAt(last.network, group.origins, group.state, at).best.some((path) => path.edge !== null),
  );
}

function reachedFrom(ground: Ground, routes: Routes, machine: string, address: number): boolean {
  const up = ground.topology.portsOf(machine).filter((port) => ground.topology.up(port));
  if (up.some((port) => holds(port.subnet, address))) return true;
  // A server's packets go to its leaf, whose routes decide.
  const leaf = ground.leaves.get(machine);
  if (leaf !== undefined) return up.length > 0 && routes.reaches(leaf, address);
  const at = ground.speakers.get(machine);
  return at !== undefined && ground.covered().some((each) => coveringRanges(each, at, address).length > 0);
}

/** Ranges of a group that hold the address, where the speaker has a path to them. */
function coveringRanges({ group, ranges }: Covered, at: Speaker, address: number): readonly PrefixRange[] {
  return countOf(group.state[at.id] ?? NOTHING) > 0 ? ranges.filter((range) => holds(range, address)) : [];
}

function sourcesAt(ground: Ground, routes: Routes, machine: string, address: number): readonly number[] {
  const { topology, speakers, leaves, last, covered } = ground;
  const up = topology.portsOf(machine).filter((port) => topology.up(port));
  const link = up.find((port) => port.subnet.length < 32 && holds(port.subnet, address));
  if (link !== undefined) return [link.value];
  if (leaves.has(machine)) return up.map((port) => port.value);
  const at = speakers.get(machine);
  if (last === null || at === undefined) return [];
  const best = covered()
    .flatMap((each) => coveringRanges(each, at, address).map(({ length }) => ({ group: each.group, length })))
    .reduce<{ group: Group; length: number } | null>((a, b) => (a === null || b.length > a.length ? b : a), null);
  if (best === null) return [];
  const hops = tablePaths(last.network, best.group, at).flatMap((path) =>
    path.multipath !== "never" && path.nextHop !== null ? [knownAddress(path.nextHop)] : [],
  );
  return [...new Set(hops.flatMap((hop) => routes.sources(machine, hop)))].sort((a, b) => a - b);
}

/** How far next hops are, as the software of each speaker sees it. */
export function nextHops(topology: Topology, { reaches, learned }: Routes): Network["distance"] {
  const lookups: NextHopLookups = {
    connected: (machine, address) =>
      topology.portsOf(machine).some((port) => holds(port.subnet, address) && topology.up(port)),
    learned,
    reaches,
  };
  return (edge: Edge, nextHop: number): number => edge.at.software.nextHopDistance(edge, nextHop, lookups);
}
