import { holds, knownAddress } from "../../lab-spec/ip";
import { homeOf } from "../lookup";
import type { LabPlan, Uplink } from "../types";
import { countOf } from "./bgp/alike";
import { arrivals } from "./bgp/arrivals";
import type { Edge } from "./bgp/path";
import { NOTHING, type Network } from "./bgp/model";
import type { Group } from "./groups";
import { longestMatch, prefixTable, type PrefixTable } from "./longest-match";
import { tablePaths } from "./rib";
import type { NextHopLookups } from "./software/bgp-software";
import type { Speaker } from "./speakers";
import type { Port, Topology } from "./topology";
import type { RibPath } from "./types";

/** What the last pass made. */
export interface Last {
  readonly network: Network;
  readonly groups: readonly Group[];
}

/** What machines make of addresses elsewhere. */
export interface Routes {
  /** Whether packets get there: each machine on the way has a route, be it a default. */
  reaches(machine: string, address: number): boolean;
  /** Whether a BGP route of a speaker covers it. */
  learned(machine: string, address: number): boolean;
  /** Whether a route other than a default covers it. */
  tracks(machine: string, address: number): boolean;
  /** Whether such a route leads to a connected subnet in the end, and not back to itself. */
  resolves(machine: string, address: number): boolean;
  /** Where packets to it leave: next hops on connected subnets; several where routes or timing choose. */
  gateways(machine: string, address: number): readonly number[];
  /** Whether chance decides if packets get away: of several routes, of which a neighbor passes on one, the machine's software can use some and not others. */
  chancy(machine: string, address: number): boolean;
  /** Addresses that packets to it come from, where nobody says which: those of the links they leave by. */
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

/** What the answers of one pass are made from. */
interface Ground {
  readonly topology: Topology;
  readonly speakers: ReadonlyMap<string, Speaker>;
  /** The uplink of each server. */
  readonly homes: ReadonlyMap<string, Uplink>;
  readonly last: Last | null;
  /** The groups of the last pass. */
  readonly table: () => PrefixTable<Group>;
}

/** What machines make of addresses, by connected subnets, the BGP routes of the last pass, and servers' default routes. */
export function reachability(
  plan: LabPlan,
  topology: Topology,
  speakers: readonly Speaker[],
  last: Last | null,
  asked: Asked,
): Routes {
  let known: PrefixTable<Group> | null = null;
  const ground: Ground = {
    topology,
    speakers: new Map(speakers.map((each) => [each.name, each])),
    homes: new Map(plan.servers.map((each) => [each.name, homeOf(each)])),
    last,
    table: () => (known ??= prefixTable(last?.groups ?? [], ({ prefixes }) => prefixes)),
  };
  const routes: Routes = {
    learned: once(asked, "learned", false, (machine, address) => learnedAt(ground, machine, address)),
    tracks: once(asked, "tracks", false, (machine, address) => trackedAt(ground, machine, address)),
    resolves: once(asked, "resolves", false, (machine, address) => resolvedAt(ground, routes, machine, address)),
    reaches: once(asked, "reaches", false, (machine, address) => reachedFrom(ground, routes, machine, address)),
    gateways: once(asked, "gateways", [], (machine, address) => gatewaysAt(ground, routes, machine, address)),
    chancy: once(asked, "chancy", false, (machine, address) => chancyAt(ground, machine, address)),
    sources: once(asked, "sources", [], (machine, address) => sourcesAt(ground, routes, machine, address)),
  };
  return routes;
}

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

const hasPath =
  (at: Speaker) =>
  ({ state }: Group): boolean =>
    countOf(state[at.id] ?? NOTHING) > 0;

/** Whether a neighbor tells of a prefix that holds the address, in reach or not. */
function learnedAt(ground: Ground, machine: string, address: number): boolean {
  const { last } = ground;
  const at = ground.speakers.get(machine);
  return last !== null && at !== undefined && longestMatch(ground.table(), address, isTold(last, at)) !== null;
}

const isTold =
  ({ network }: Last, at: Speaker) =>
  ({ origins, state }: Group): boolean =>
    arrivals(network, origins, state, at).some(({ paths }) => paths.length > 0);

const portsUp = ({ topology }: Ground, machine: string): readonly Port[] =>
  topology.portsOf(machine).filter((port) => topology.up(port));

const isConnected = (ground: Ground, machine: string, address: number): boolean =>
  portsUp(ground, machine).some((port) => holds(port.subnet, address));

/** The group whose route a speaker has for an address, other than a default. */
function trackedGroup(ground: Ground, machine: string, address: number): Group | null {
  const at = ground.speakers.get(machine);
  return at === undefined ? null : longestMatch(ground.table(), address, hasPath(at), 1);
}

const trackedAt = (ground: Ground, machine: string, address: number): boolean =>
  isConnected(ground, machine, address) || trackedGroup(ground, machine, address) !== null;

function resolvedAt(ground: Ground, routes: Routes, machine: string, address: number): boolean {
  if (isConnected(ground, machine, address)) return true;
  const at = ground.speakers.get(machine);
  const group = trackedGroup(ground, machine, address);
  if (ground.last === null || at === undefined || group === null) return false;
  const paths = usedPaths(ground.last, group, at);
  return paths.some(({ nextHop }) => nextHop === null || routes.resolves(machine, knownAddress(nextHop)));
}

const usedPaths = ({ network }: Last, group: Group, at: Speaker): readonly RibPath[] =>
  tablePaths(network, group, at).filter((path) => path.multipath !== "never");

function reachedFrom(ground: Ground, routes: Routes, machine: string, address: number): boolean {
  const { topology } = ground;
  if (isConnected(ground, machine, address)) return true;
  return routes
    .gateways(machine, address)
    .some((gateway) =>
      topology.owners(gateway).some((port) => topology.up(port) && routes.reaches(port.machine, address)),
    );
}

function gatewaysAt(ground: Ground, routes: Routes, machine: string, address: number): readonly number[] {
  const up = portsUp(ground, machine);
  if (up.some((port) => isLink(port) && holds(port.subnet, address))) return [address];
  const { last } = ground;
  const at = ground.speakers.get(machine);
  const home = ground.homes.get(machine);
  if (home !== undefined) return up.length > 0 && !isCutOff(ground, at, address) ? [knownAddress(home.gateway)] : [];
  const group = at === undefined ? null : longestMatch(ground.table(), address, hasPath(at));
  if (last === null || at === undefined || group === null) return [];
  const by = (paths: readonly RibPath[]): number[] => {
    const hops = paths.flatMap(({ nextHop }) => (nextHop === null ? [] : [knownAddress(nextHop)]));
    return [...new Set(hops.flatMap((hop) => routes.gateways(machine, hop)))].sort((a, b) => a - b);
  };
  const paths = usedPaths(last, group, at);
  const used = by(paths);
  // What a router announces by itself, and has no link to, ends there: the kernel's route to it leads nowhere.
  if (used.length > 0 || paths.some(({ nextHop }) => nextHop === null)) return used;
  // A route whose next hop it covers itself comes and goes: while it is away the packets take another.
  return by(tablePaths(last.network, group, at));
}

/** Whether a server's own routing daemon has told its kernel that nothing leads to the address. Otherwise its packets go to its leaf, whose routes decide. */
function isCutOff(ground: Ground, at: Speaker | undefined, address: number): boolean {
  const { last } = ground;
  if (last === null || at?.software.programsUnreachable !== true) return false;
  const group = longestMatch(ground.table(), address, isTold(last, at), 1);
  return group !== null && usedPaths(last, group, at).length === 0;
}

function chancyAt(ground: Ground, machine: string, address: number): boolean {
  const { last } = ground;
  const at = ground.speakers.get(machine);
  if (last === null || at?.software.programsUnreachable !== true || isConnected(ground, machine, address)) return false;
  const group = longestMatch(ground.table(), address, isTold(last, at), 1);
  const paths = group === null ? [] : tablePaths(last.network, group, at);
  const usable = paths.filter(({ valid, multipath }) => valid && multipath !== "never");
  return usable.length > 0 && usable.length < paths.length && usable.every(({ present }) => present === "sometimes");
}

const isLink = ({ subnet }: Port): boolean => subnet.length < 32;

function sourcesAt(ground: Ground, routes: Routes, machine: string, address: number): readonly number[] {
  const links = portsUp(ground, machine).filter(isLink);
  const found = routes.gateways(machine, address).flatMap((gateway) => {
    const link = links.find((port) => holds(port.subnet, gateway));
    return link === undefined ? [] : [link.value];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

/** How far next hops are, as the software of each speaker sees it. */
export function nextHops(topology: Topology, { resolves, learned }: Routes): Network["distance"] {
  const lookups: NextHopLookups = {
    connected: (machine, address) =>
      topology.portsOf(machine).some((port) => holds(port.subnet, address) && topology.up(port)),
    learned,
    resolves,
  };
  return (edge: Edge, nextHop: number): number => edge.at.software.nextHopDistance(edge, nextHop, lookups);
}
