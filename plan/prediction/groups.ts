import { holds, knownRange, sortPrefixes, type PrefixRange } from "../../lab-spec/ip";
import type { Prefix, PrefixFilter } from "../types";
import { ownPath, type Edge, type BgpPath } from "./bgp/path";
import { arrivalsOn } from "./bgp/arrivals";
import type { Network, Origins, State } from "./bgp/model";
import { settle } from "./bgp/search";
import { lets } from "./bgp/transfer";
import { passesOn, type Speaker } from "./speakers";

/** Prefixes that all speakers treat alike, and what becomes of them. */
export interface Group {
  readonly prefixes: readonly Prefix[];
  readonly origins: Origins;
  readonly state: State;
  /** Some aggregate among the origins is there in some outcomes alone. */
  readonly uncertain: boolean;
  readonly settled: boolean;
}

/** Own paths of speakers that have the prefix as a network. */
const networkOrigins = (ids: readonly number[]): Map<number, readonly BgpPath[]> =>
  new Map(ids.map((id) => [id, [ownPath("network")]]));

interface Aggregate {
  readonly speaker: number;
  readonly prefix: Prefix;
  readonly range: PrefixRange;
  readonly summaryOnly: boolean;
}

/** All prefixes of a network, settled: those of one origin and one treatment are computed once. */
export function groupsOf(network: Network): Group[] {
  const aggregates = network.speakers.flatMap((of): Aggregate[] =>
    of.aggregates.map(({ prefix, summaryOnly }) => ({
      speaker: of.id,
      prefix,
      range: knownRange(prefix),
      summaryOnly,
    })),
  );
  const origins = originators(network.speakers);
  const treatment = treatmentOf(network, aggregates);
  const byKey = new Map<string, Prefix[]>();
  const summarised = new Set(aggregates.map((each) => each.prefix));
  for (const [prefix, ids] of origins) {
    if (summarised.has(prefix)) continue;
    const key = `${ids.join()}|${treatment(prefix)}`;
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [prefix]);
    else list.push(prefix);
  }
  const groups = [...byKey.values()].map((prefixes) =>
    groupOf(network, prefixes, networkOrigins(origins.get(prefixes[0] ?? "") ?? []), aggregates, new Set()),
  );
  // An aggregate is there while something more specific is: longer ones first.
  for (const prefix of sortPrefixes([...summarised]).sort((a, b) => knownRange(b).length - knownRange(a).length)) {
    const own = networkOrigins(origins.get(prefix) ?? []);
    const uncertain = new Set<number>();
    for (const each of aggregates.filter((one) => one.prefix === prefix)) {
      const inside = groups
        .flatMap((group) => (group.prefixes.some((one) => within(one, each.range)) ? [group.state[each.speaker]] : []))
        .filter((state) => state !== undefined && state.best.length > 0);
      if (inside.length === 0) continue;
      // One prefix as network and as aggregate is one path of its own, not two.
      if (own.has(each.speaker)) continue;
      own.set(each.speaker, [ownPath("aggregate")]);
      if (inside.every((state) => state?.none === true)) uncertain.add(each.speaker);
    }
    groups.push(groupOf(network, [prefix], own, aggregates, uncertain));
  }
  return groups;
}

/** Whether a speaker makes a prefix by aggregating what it knows. */
const makes = (own: ReadonlyMap<number, readonly BgpPath[]>, speaker: number): boolean =>
  own.get(speaker)?.some((path) => path.own === "aggregate") === true;

function groupOf(
  network: Network,
  prefixes: readonly Prefix[],
  own: ReadonlyMap<number, readonly BgpPath[]>,
  aggregates: readonly Aggregate[],
  uncertain: ReadonlySet<number>,
): Group {
  const example = knownRange(prefixes[0] ?? "");
  let origins: Origins = {
    example,
    own,
    optional: uncertain,
    uncertain,
    // FRR suppresses what a summary-only aggregate covers, but for aggregates that it makes itself (bgpd/bgp_route.c, `aggr_suppress_map_test` is asked of others' paths).
    suppressed: new Set(
      aggregates
        .filter((each) => each.summaryOnly && covered(example, each.range) && !makes(own, each.speaker))
        .map((each) => each.speaker),
    ),
  };
  let state = settle(network, origins);
  const isShadowed = (id: number, [first]: readonly BgpPath[]): boolean =>
    first?.own === "aggregate" && state !== null && shadowed(network, origins, state, id);
  const optional = new Set([
    ...uncertain,
    ...[...own].filter(([id, paths]) => isShadowed(id, paths)).map(([id]) => id),
  ]);
  if (optional.size > uncertain.size) {
    origins = { ...origins, optional };
    state = settle(network, origins);
  }
  return {
    prefixes,
    origins,
    state: state ?? network.speakers.map(() => ({ best: [], none: true, sent: null, table: null })),
    uncertain: optional.size > 0,
    settled: state !== null,
  };
}

/**
 * Whether a speaker learns its own aggregate from another: FRR takes an equal path for the aggregate itself and doesn't make its own, if that
 * path came first (bgpd/bgp_route.c, `bgp_aggregate_install`). Equal it is within an AS alone, where AS paths stay empty.
 */
function shadowed(network: Network, origins: Origins, state: State, id: number): boolean {
  return (network.edges[id] ?? []).some(
    (edge) =>
      edge.internal &&
      arrivalsOn(network, origins, state, edge).some(({ paths }) =>
        paths.some((path) => path.valid && path.asPath.length === 0),
      ),
  );
}

function originators(speakers: readonly Speaker[]): Map<Prefix, number[]> {
  const origins = new Map<Prefix, number[]>();
  for (const of of speakers) {
    for (const prefix of of.networks) {
      const list = origins.get(prefix);
      if (list === undefined) origins.set(prefix, [of.id]);
      else list.push(of.id);
    }
  }
  return origins;
}

/** Which filters and aggregates apply to a prefix. */
function treatmentOf(network: Network, aggregates: readonly Aggregate[]): (prefix: Prefix) => string {
  const filters = new Map<string, readonly PrefixFilter[]>();
  const add = (edge: Edge): void => {
    if (edge.settings.accept !== null) filters.set(JSON.stringify(edge.settings.accept), edge.settings.accept);
  };
  network.edges.forEach((list) => {
    list.forEach(add);
  });
  const exporters = new Map(
    network.speakers.flatMap((of) => (of.exports === null ? [] : [[JSON.stringify(of.exports), of] as const])),
  );
  const summaries = aggregates.filter((each) => each.summaryOnly);
  return (prefix) => {
    const range = knownRange(prefix);
    return [
      ...[...filters.values()].map((filter) => (lets(filter, range) ? "1" : "0")),
      ...[...exporters.values()].map((of) => (passesOn(of, range) ? "1" : "0")),
      ...summaries.filter((each) => covered(range, each.range)).map((each) => each.speaker),
    ].join();
  };
}

/** Strictly more specific. */
function covered(prefix: PrefixRange, by: PrefixRange): boolean {
  return prefix.length > by.length && holds(by, prefix.first);
}

const within = (prefix: Prefix, range: PrefixRange): boolean => covered(knownRange(prefix), range);
