import type { PrefixRange } from "../../../lab-spec/ip";
import { holds } from "../../../lab-spec/ip";
import { passesOn, type Speaker } from "../speakers";
import { allArrivals, keepsTable, sendsAll, tableOf } from "./add-path";
import { Alike, choiceOf, countOf, type Choice, type Class, type Classes } from "./alike";
import { compare } from "./choice";
import { GSHUT_LOCAL_PREF, keyOf, ownPath, type Edge, type Path, type Sent } from "./path";
import { same } from "./same";
import { exported, lets, shunned, taken } from "./transfer";

/** The network a route travels in. */
export interface Network {
  readonly speakers: readonly Speaker[];
  /** Established sessions by the receiver's id, and each one's other side. */
  readonly edges: readonly (readonly Edge[])[];
  readonly reverse: ReadonlyMap<Edge, Edge>;
  /** Some speaker is drained: local preferences differ. */
  readonly drained: boolean;
  /** Speakers that pass nothing on: BIRD with one session, to which it sends back nothing that came from there. */
  readonly stubs: ReadonlySet<number>;
  /** Speakers that settle alike: what one has found out is found out for the others. */
  readonly classes: Classes;
  /** How far a next hop that a neighbor gave is, for those that compare it; Infinity: out of reach. */
  distance(edge: Edge, nextHop: number): number;
}

/** A prefix, or several that all speakers treat alike. */
export interface Origins {
  readonly example: PrefixRange;
  /** What each originates, by id. */
  readonly own: ReadonlyMap<number, readonly Path[]>;
  /** Whose own path, an aggregate, is there in some outcomes alone. */
  readonly optional: ReadonlySet<number>;
  /** Who keeps it to itself, because it announces an aggregate over it alone. */
  readonly suppressed: ReadonlySet<number>;
}

/** What a speaker sends to one class of neighbors: a route for each path it may have settled on. */
export interface Told {
  readonly routes: readonly { readonly route: Sent; readonly path: Path }[];
  /** Some of its paths are not sent. */
  readonly withheld: boolean;
  /** No two routes are the same: the neighbor's equal paths may differ in what doesn't travel. Found out when it is first asked. */
  distinct: boolean | null;
  /** In how many of the routes an AS number stands; counted when it is first asked. */
  holding: ReadonlyMap<number, number> | null;
}

/** What a speaker may have settled on. */
export interface Settled {
  /** One of these is its best path. */
  readonly best: readonly Path[];
  /** Or, in some outcomes, none is. */
  readonly none: boolean;
  /** By class of neighbors, once one has asked. */
  sent: Map<string, Told> | null;
  /** All it has, of a speaker that sends all it has; null of others. */
  readonly table: readonly Slot[] | null;
}

/** A path of a table: one of these. */
export interface Slot {
  readonly paths: readonly Path[];
  /** There is none in some outcomes. */
  readonly maybe: boolean;
}

/** What may arrive on a session: one path, or one of several that the neighbor sends. */
export interface Arrival extends Slot {
  readonly edge: Edge;
}

export type State = readonly Settled[];

export const NOTHING: Settled = { best: [], none: true, sent: null, table: null };
/** Rounds after which BGP is taken never to come to rest, beyond one a speaker. */
const SLACK = 20;
/** Paths one speaker may have as its best beyond which nobody can list the outcomes; labs that come to rest have hundreds, those that may not multiply them in every round. */
const MOST_PATHS = 5000;

/**
 * Every path that each speaker may have as its best once BGP is quiet: rounds in which every speaker whose neighbors changed chooses again,
 * among all that its neighbors may send.
 *
 * @returns null if the rounds don't end, or if there are too many paths to follow
 */
export function settle(network: Network, origins: Origins): State | null {
  const state: Settled[] = network.speakers.map((at) => {
    const own = origins.own.get(at.id) ?? [];
    const keeps = keepsTable(network, at.id);
    return own.length === 0 && !keeps ? NOTHING : { ...chosen(at, [], own), table: keeps ? tableOf(own, []) : null };
  });
  // Who originates it, and who hears of it on a session that others of its class don't have.
  const apart = new Set([
    ...origins.own.keys(),
    ...neighborsOf(
      network,
      [...origins.own.keys()].filter((id) => network.stubs.has(id)),
    ),
  ]);
  let dirty = new Set<number>(neighborsOf(network, [...origins.own.keys()]));
  for (let round = 0; dirty.size > 0; round++) {
    if (round > network.speakers.length + SLACK) return null;
    const heard = new Map<Class, Heard>();
    const next = [...dirty]
      .sort((a, b) => a - b)
      .flatMap((id): [number, Settled][] => {
        const at = network.speakers[id];
        if (at === undefined || network.stubs.has(id)) return [];
        const others = apart.has(id) ? null : (network.classes[id] ?? null);
        const known = others === null ? undefined : heard.get(others);
        if (others !== null && known !== undefined && !known.about(at)) {
          const alike = new Alike(known.choice, others.edges.get(id) ?? []);
          return same(alike, state[id] ?? NOTHING) ? [] : [[id, alike]];
        }
        const own = origins.own.get(id) ?? [];
        const fixed = origins.own.has(id) && !origins.optional.has(id);
        const keeps = keepsTable(network, id);
        if (fixed && !keeps) return [];
        const arriving = keeps ? arrivals(network, origins, state, at) : candidates(network, origins, state, at);
        const learned = chosen(at, arriving, fixed ? own : []);
        if (others !== null && known === undefined) {
          const first = heardBy(network, origins, state, arriving, learned, others.edges.get(id) ?? []);
          if (first !== null) heard.set(others, first);
        }
        const settled = {
          ...learned,
          ...(own.length === 0 || fixed ? {} : { best: [...own.slice(0, 1), ...learned.best], none: false }),
          table: keeps ? tableOf(own, arriving) : null,
        };
        return same(settled, state[id] ?? NOTHING) ? [] : [[id, settled]];
      });
    if (next.some(([, settled]) => !(settled instanceof Alike) && settled.best.length > MOST_PATHS)) return null;
    for (const [id, settled] of next) state[id] = settled;
    dirty = neighborsOf(
      network,
      next.map(([id]) => id),
    );
  }
  return state;
}

/** What the first of a class has heard in a round, and whom it is about: these have to listen for themselves. */
interface Heard {
  readonly choice: Choice;
  about(at: Speaker): boolean;
}

/** @returns null if the speaker refuses something, which others may take */
function heardBy(
  network: Network,
  origins: Origins,
  state: State,
  arriving: readonly Arrival[],
  learned: Settled,
  edges: readonly Edge[],
): Heard | null {
  const ases = new Set<number>();
  const froms = new Set<number>();
  for (const { edge, paths } of arriving) {
    const settled = state[edge.from.id] ?? NOTHING;
    const back = network.reverse.get(edge);
    if (back === undefined || countOf(settled) === 0 || closed(origins, edge)) continue;
    const { routes } = sentTo(settled, back);
    if (paths.length !== routes.length || paths.some((path) => path.echo || !path.valid)) return null;
    for (const { route, path } of routes) {
      for (const as of route.asPath) ases.add(as);
      if (path.edge !== null) froms.add(path.edge.from.id);
    }
  }
  return { choice: choiceOf(learned, edges), about: (at) => ases.has(at.as) || froms.has(at.id) };
}

function neighborsOf(network: Network, ids: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (const id of ids) for (const edge of network.edges[id] ?? []) found.add(edge.from.id);
  return found;
}

/** What a speaker has settled on. A stub's choice changes nothing elsewhere, and is made when it is asked for. */
export function settledAt(network: Network, origins: Origins, state: State, at: Speaker): Settled {
  const known = state[at.id] ?? NOTHING;
  return network.stubs.has(at.id) && known.best.length === 0
    ? chosen(at, arrivals(network, origins, state, at), [])
    : known;
}

/** What may arrive at a speaker on each of its sessions. */
export function arrivals(network: Network, origins: Origins, state: State, at: Speaker): Arrival[] {
  return (network.edges[at.id] ?? []).flatMap((edge) => arrivalsOn(network, origins, state, edge));
}

/** What may arrive on a session: an arrival for each path that is sent. */
export function arrivalsOn(network: Network, origins: Origins, state: State, edge: Edge): Arrival[] {
  return sendsAll(network, edge)
    ? allArrivals(network, origins, state, edge)
    : [arrival(network, origins, state, edge)];
}

/** As `arrivals`, without sessions that can't bring the best path: with many equal paths in the fabric that is most of the work. */
function candidates(network: Network, origins: Origins, state: State, at: Speaker): Arrival[] {
  if (network.drained) return arrivals(network, origins, state, at);
  const edges = network.edges[at.id] ?? [];
  let shortest = Infinity;
  for (const edge of edges) if (!sendsAll(network, edge)) shortest = Math.min(shortest, lengthOf(state, edge));
  const found: Arrival[] = [];
  let certain = Infinity;
  for (const edge of edges) {
    if (sendsAll(network, edge)) {
      found.push(...allArrivals(network, origins, state, edge));
      continue;
    }
    if (lengthOf(state, edge) !== shortest) continue;
    const each = arrival(network, origins, state, edge);
    found.push(each);
    if (!each.maybe && each.paths.every((path) => path.valid && !path.echo))
      certain = Math.min(certain, ...each.paths.map((path) => path.asPath.length));
  }
  for (const edge of edges) {
    const length = lengthOf(state, edge);
    // Local preferences are all the same: a shorter path that surely arrives beats a longer one.
    if (
      length === Infinity ||
      length === shortest ||
      sendsAll(network, edge) ||
      (certain < length && uniform(state[edge.from.id]))
    )
      continue;
    found.push(arrival(network, origins, state, edge));
  }
  return found;
}

/** Length of the AS path that the neighbor would send. */
function lengthOf(state: State, edge: Edge): number {
  const settled = state[edge.from.id];
  if (settled === undefined || settled === NOTHING) return Infinity;
  const length = settled instanceof Alike ? settled.choice.length : (settled.best[0]?.asPath.length ?? Infinity);
  return length + (edge.internal ? 0 : 1);
}

function uniform(of: Settled | undefined): boolean {
  return (
    of === undefined ||
    (of instanceof Alike
      ? of.choice.uniform
      : of.best.every((path) => path.asPath.length === of.best[0]?.asPath.length))
  );
}

function allDistinct({ routes }: Told): boolean {
  return (
    new Set(
      routes.map(
        ({ route }) =>
          `${route.asPath.join()}|${route.nextHop}|${route.originator}|${route.clusters.join()}|${route.localPref}|${route.gshut ? 1 : 0}`,
      ),
    ).size === routes.length
  );
}

/** Whether the sender keeps the prefix, or the receiver refuses it, whatever its path. */
export function closed(origins: Origins, edge: Edge): boolean {
  return !sendsAny(origins, edge.from) || !lets(edge.settings.accept, origins.example);
}

/** Whether a speaker sends the prefix to anyone. */
export function sendsAny(origins: Origins, from: Speaker): boolean {
  return !origins.suppressed.has(from.id) && passesOn(from, origins.example);
}

/** What may arrive on a session whose sender sends its best path. */
export function arrival(network: Network, origins: Origins, state: State, edge: Edge): Arrival {
  const settled = state[edge.from.id] ?? NOTHING;
  const back = network.reverse.get(edge);
  if (countOf(settled) === 0 || back === undefined || closed(origins, edge)) return { edge, paths: [], maybe: true };
  const sent = sentTo(settled, back);
  const found = received(network, edge, sent.routes, settled.none || sent.withheld, null);
  return found.paths.length < 2 || (sent.distinct ??= allDistinct(sent))
    ? found
    : { ...found, paths: distinct(found.paths) };
}

/**
 * What the receiver makes of routes, one of which is sent.
 *
 * @param idOf ID of the sender's path, where it sends several
 */
export function received(
  network: Network,
  edge: Edge,
  routes: Told["routes"],
  withheld: boolean,
  idOf: ((path: Path) => string) | null,
): Arrival {
  const paths: Path[] = [];
  let maybe = withheld;
  for (const { route, path } of routes) {
    const returned = path.edge?.from === edge.at;
    if (route.backOnly && !returned) continue;
    const nextHop = route.nextHop === 0 ? edge.address : route.nextHop;
    if ((!edge.from.software.returnsRoutes && (returned || nextHop === edge.local)) || !taken(route, edge)) {
      maybe = true;
      continue;
    }
    const metric = network.distance(edge, nextHop);
    const last = shunned(route, edge);
    // Written out: this is where the time of a large fabric goes.
    paths.push({
      asPath: route.asPath,
      localPref: last ? GSHUT_LOCAL_PREF : route.localPref,
      gshut: last || route.gshut,
      originator: route.originator,
      clusters: route.clusters,
      nextHop,
      edge,
      own: null,
      valid: metric !== Infinity,
      metric,
      echo: returned,
      id: idOf === null ? "" : idOf(path),
    });
  }
  return { edge, paths, maybe };
}

export function sentTo(settled: Settled, back: Edge): Told {
  const known = settled.sent?.get(back.group);
  if (known !== undefined) return known;
  const made = settled.best.map((path) => exported(path, back).map((route) => ({ route, path })));
  const routes = made.flat();
  const sent: Told = {
    routes,
    distinct: routes.length < 2 ? true : null,
    withheld: made.some((each) => each.length === 0),
    holding: null,
  };
  (settled.sent ??= new Map<string, Told>()).set(back.group, sent);
  return sent;
}

/** The same route twice is one; it comes back to where it was if both do. */
function distinct(paths: readonly Path[]): readonly Path[] {
  if (paths.length < 2) return paths;
  const seen = new Map<string, Path>();
  for (const path of paths) {
    const key = keyOf(path);
    const before = seen.get(key);
    if (before === undefined || (before.echo && !path.echo)) seen.set(key, path);
  }
  return [...seen.values()];
}

/** The paths that may be best of what may arrive: all that nothing beats that surely arrives. */
export function chosen(at: Speaker, all: readonly Arrival[], own: readonly Path[]): Settled {
  if (own.length > 0) return { best: own.slice(0, 1), none: false, sent: null, table: null };
  let certain: Path | null = null;
  for (const { paths, maybe } of all) {
    if (maybe || paths.some((path) => !path.valid)) continue;
    const worst = paths.reduce<Path | null>((a, b) => (a === null || compare(a, b, at) < 0 ? b : a), null);
    if (worst !== null && (certain === null || compare(worst, certain, at) < 0)) certain = worst;
  }
  const floor = certain;
  const best = all.flatMap(({ paths }) =>
    paths.filter((path) => path.valid && !path.echo && (floor === null || compare(path, floor, at) <= 0)),
  );
  return { best, none: floor === null, sent: null, table: null };
}

/** Origins of prefixes that these speakers have as networks. */
export function networkOrigins(ids: readonly number[]): Map<number, Path[]> {
  return new Map(ids.map((id) => [id, [ownPath("network")]]));
}

/** Whether the prefix covers the address. */
export const covers = (prefix: PrefixRange, address: number): boolean => holds(prefix, address);
