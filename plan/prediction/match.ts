import { addressText } from "../../lab-spec/ip";
import type { LabPlan, Prefix } from "../types";
import { arrivals, arrivalsOn } from "./bgp/arrivals";
import { chosen } from "./bgp/choice";
import { NOTHING, type Arrival, type Network, type Settled, type State } from "./bgp/model";
import { withTables } from "./bgp/tables";
import { together } from "./bgp/choice";
import { keyOf, LOCAL_PREF, ownPath, type BgpPath } from "./bgp/path";
import type { Group } from "./groups";
import { predictLab } from "./lab";
import { possiblePasses, type Pass } from "./passes";
import type { ObservedPath, ObservedTables } from "./observed";
import type { Speaker } from "./speakers";
import type { PredictOptions } from "./types";

/** One place where the live tables are no stable outcome of the plan. */
export interface Mismatch {
  readonly prefix: Prefix;
  readonly router: string;
  /** The neighbor concerned; null where it is the router's own affair. */
  readonly neighbor: string | null;
  readonly expected: string;
  readonly seen: string;
}

/**
 * Compares live BGP tables with the plan: empty if they are exactly one of the stable outcomes.
 *
 * Rather than searching the outcomes, of which there are exponentially many, this checks what makes one: each router has from each neighbor
 * just the path that follows from the best path this neighbor has, the best is one that the decision leaves to timing, all its equals are
 * used, and own prefixes are where the plan says. Every such state is stable, and every stable state is such.
 *
 * @param plan the lab
 * @param observed tables of all switches; one that is missing is a mismatch. Of other speakers any predicted path will do
 */
export function matchOutcome(plan: LabPlan, observed: ObservedTables, options: PredictOptions = {}): Mismatch[] {
  const passes = possiblePasses(plan, options);
  const [first, ...others] = passes.map((pass) => matchPass(plan, observed, options, pass));
  if (first === undefined || others.length === 0) return first ?? [];
  // What passes from one pass to the next isn't settled, nor does it pass at all routers at once.
  const unsettled = new Set(predictLab(plan, options).unsettled);
  const isEverywhere = ({ prefix, router }: Mismatch): boolean =>
    others.every((pass) => pass.some((each) => each.prefix === prefix && each.router === router));
  return first.filter((each) => !unsettled.has(each.prefix) && isEverywhere(each));
}

function matchPass(plan: LabPlan, observed: ObservedTables, options: PredictOptions, pass: Pass): Mismatch[] {
  const { network, groups } = pass;
  const dead = options.broken?.machines ?? [];
  const watched = plan.switches.filter((each) => !dead.includes(each.name)).map((each) => each.name);
  const known = new Set(groups.flatMap((group) => group.prefixes));
  const missing = watched
    .filter((name) => observed[name] === undefined)
    .map((router): Mismatch => ({ prefix: "", router, neighbor: null, expected: "a BGP table", seen: "none" }));
  const unknown = watched.flatMap((router) =>
    Object.entries(observed[router] ?? {})
      .filter(([prefix, paths]) => !known.has(prefix) && paths.length > 0)
      .map(([prefix, paths]): Mismatch => ({
        prefix,
        router,
        neighbor: null,
        expected: "no such prefix",
        seen: pathsText(paths),
      })),
  );
  const speakers = network.speakers.filter((at) => observed[at.name] !== undefined && watched.includes(at.name));
  return [
    ...missing,
    ...unknown,
    ...groups.flatMap((group) =>
      group.prefixes.flatMap((prefix) => {
        const state = liveState(network, group, prefix, observed);
        return speakers.flatMap((at) => matchPrefix(prefix, at, network, group, state, observed));
      }),
    ),
  ];
}

/** What each router has settled on, as its live table says; as predicted where there is none. */
function liveState(network: Network, group: Group, prefix: Prefix, observed: ObservedTables): State {
  return withTables(
    network,
    group.origins,
    network.speakers.map((at): Settled => {
      const table = observed[at.name];
      if (table === undefined) return group.state[at.id] ?? NOTHING;
      const best = (table[prefix] ?? []).find((path) => path.best);
      return best === undefined
        ? { ...NOTHING, sent: null }
        : { best: livePaths(network, group, at, best), none: false, sent: null, table: null };
    }),
  );
}

/** The paths of the simulation that a live one may be: the table doesn't show everything (originator, reflectors). */
function livePaths(network: Network, group: Group, at: Speaker, seen: ObservedPath): readonly BgpPath[] {
  if (seen.peer === null) return (group.origins.own.get(at.id) ?? [ownPath("network")]).slice(0, 1);
  const edge = (network.edges[at.id] ?? []).find((each) => addressText(each.address) === seen.peer) ?? null;
  const found =
    edge === null
      ? []
      : arrivalsOn(network, group.origins, group.state, edge).flatMap(({ paths }) =>
          paths.filter((path) => fitsPath(path, seen)),
        );
  return found.length > 0
    ? found
    : [
        {
          ...ownPath("network"),
          own: null,
          edge,
          asPath: seen.asPath,
          nextHop: edge?.address ?? 0,
          localPref: LOCAL_PREF,
        },
      ];
}

function fitsPath(path: BgpPath, seen: ObservedPath): boolean {
  return (
    path.asPath.join() === seen.asPath.join() &&
    (seen.localPref === undefined || seen.localPref === path.localPref) &&
    (seen.nextHop === undefined || seen.nextHop === null || addressText(path.nextHop) === seen.nextHop)
  );
}

function matchPrefix(
  prefix: Prefix,
  at: Speaker,
  network: Network,
  group: Group,
  state: State,
  observed: ObservedTables,
): Mismatch[] {
  const seen = observed[at.name]?.[prefix] ?? [];
  const mismatch = (neighbor: string | null, expected: string, was: string): Mismatch => ({
    prefix,
    router: at.name,
    neighbor,
    expected,
    seen: was,
  });
  const found: Mismatch[] = [];
  const own = group.origins.own.get(at.id) ?? [];
  if (seen.some((path) => path.peer === null) !== own.length > 0 && !group.uncertain)
    found.push(mismatch(null, own.length > 0 ? "an own path" : "no own path", pathsText(seen)));
  const arriving = arrivals(network, group.origins, state, at);
  const edges = network.edges[at.id] ?? [];
  const peers = new Set(edges.map((edge) => addressText(edge.address)));
  for (const path of seen)
    if (path.peer !== null && !peers.has(path.peer))
      found.push(mismatch(null, "paths from planned neighbors", `a path from ${path.peer}`));
  for (const edge of edges) {
    const expected = arriving.filter((each) => each.edge === edge);
    const arrived = seen.filter((path) => path.peer === addressText(edge.address));
    if (!fits(expected, arrived))
      found.push(
        mismatch(
          edge.from.name,
          expectedText(expected),
          arrived.length > 1 ? pathsText(arrived) : asPathText(arrived[0] ?? null),
        ),
      );
  }
  return [...found, ...matchChoice(at, seen, arriving, mismatch)];
}

/**
 * Whether what is seen of a neighbor is what it may send: each seen path is one of those expected, no two the same one, and none is missing that surely
 * comes. Paths without a reachable next hop are not seen. If all seen paths find a place, and all sure ones a seen path, both hold at once
 * (the theorem of Mendelsohn and Dulmage on matchings).
 */
function fits(expected: readonly Arrival[], arrived: readonly ObservedPath[]): boolean {
  const may = (each: Arrival, seen: ObservedPath): boolean =>
    each.paths.some((path) => path.valid && fitsPath(path, seen));
  const sure = expected.filter(({ paths, maybe }) => !maybe && paths.every((path) => path.valid));
  return matchable(arrived, expected, (seen, each) => may(each, seen)) && matchable(sure, arrived, may);
}

/** Whether each of `left` finds one of `right` of its own, by augmenting paths. */
function matchable<L, R>(left: readonly L[], right: readonly R[], may: (one: L, other: R) => boolean): boolean {
  const owner = new Map<R, L>();
  const place = (one: L, tried: Set<R>): boolean =>
    right.some((other) => {
      if (tried.has(other) || !may(one, other)) return false;
      tried.add(other);
      const before = owner.get(other);
      if (before !== undefined && !place(before, tried)) return false;
      owner.set(other, one);
      return true;
    });
  return left.every((one) => place(one, new Set()));
}

/** The best path is one the decision allows, its own first of all, and exactly its equals are used, one a next hop. */
function matchChoice(
  at: Speaker,
  seen: readonly ObservedPath[],
  arriving: readonly Arrival[],
  mismatch: (neighbor: null, expected: string, seen: string) => Mismatch,
): Mismatch[] {
  if (seen.length === 0) return [];
  const present = seen.flatMap((live) => {
    const path = arriving
      .flatMap(({ paths }) => paths)
      .find(
        (each) =>
          each.valid && each.edge !== null && addressText(each.edge.address) === live.peer && fitsPath(each, live),
      );
    return path === undefined ? [] : [{ path, live }];
  });
  const own = seen.filter((path) => path.peer === null);
  const options = own.length > 0 ? own : bestOf(at, present);
  const best = seen.filter((path) => path.best);
  if (best.length !== 1 || !best.every((path) => options.includes(path)))
    return [mismatch(null, `best one of ${pathsText(options)}`, `best ${pathsText(best)}`)];
  const chosenPath = present.find(({ live }) => live === best[0])?.path;
  const equal =
    chosenPath === undefined
      ? options
      : present.filter(({ path, live }) => live === best[0] || together(path, chosenPath, at)).map(({ live }) => live);
  const hops = (paths: readonly ObservedPath[]): number => new Set(paths.map((path) => path.nextHop)).size;
  const used = seen.filter((path) => path.used);
  const enough = used.length === hops(used) && used.length === Math.min(hops(equal), Math.max(1, at.bgp.maximumPaths));
  return enough && used.every((path) => equal.includes(path))
    ? []
    : [mismatch(null, `in use ${pathsText(equal)}`, `in use ${pathsText(used)}`)];
}

function bestOf(
  at: Speaker,
  present: readonly { readonly path: BgpPath; readonly live: ObservedPath }[],
): ObservedPath[] {
  const arriving = present.flatMap(({ path }) =>
    path.edge === null ? [] : [{ edge: path.edge, paths: [{ ...path, echo: false }], maybe: false }],
  );
  const { best } = chosen(at, arriving, []);
  const keys = new Set(best.map(keyOf));
  return present.filter(({ path }) => keys.has(keyOf(path))).map(({ live }) => live);
}

function expectedText(expected: readonly Arrival[]): string {
  const each = expected.flatMap(({ paths, maybe }) => {
    const valid = paths.filter((path) => path.valid);
    return valid.length === 0
      ? []
      : [[...valid.map((path) => asPathText(path)), ...(maybe ? ["nothing"] : [])].join(" or ")];
  });
  return each.length === 0 ? "nothing" : each.join(", ");
}

function asPathText(path: { readonly asPath: readonly number[] } | null): string {
  return path === null ? "nothing" : `AS path ${path.asPath.join(" ")}`;
}

function pathsText(paths: readonly ObservedPath[]): string {
  return paths.length === 0
    ? "nothing"
    : paths.map((path) => `${path.peer ?? "own"} [${path.asPath.join(" ")}]`).join(", ");
}
