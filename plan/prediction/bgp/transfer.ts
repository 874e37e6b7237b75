import { holds, knownRange, type PrefixRange } from "../../../lab-spec/ip";
import type { PrefixFilter } from "../../types";
import { GSHUT_LOCAL_PREF, LOCAL_PREF, type Attributes, type Edge, type BgpPath, type Sent } from "./path";

const NO_CLUSTERS: readonly number[] = [];

/**
 * What a speaker sends of its best path, to all neighbors of one class.
 *
 * @param to one of the class's sessions, from the sender's side
 * FRR makes an update group's messages with the settings of the neighbor that came up first, its AS number among them: where as-override meets
 * neighbors of different AS numbers, timing decides which of these is replaced, for all of them (bgpd/bgp_updgrp.c, `conf_copy`).
 *
 * @returns what may be sent; nothing if it isn't
 */
export function exported(path: BgpPath, to: Edge): Sent[] {
  const { at, settings, internal } = to;
  const fromInternal = path.edge?.internal === true;
  const reflected = internal && fromInternal;
  // RFC 4456, section 6: a client's routes go to everyone, another's to clients alone.
  if (reflected && path.edge?.settings.routeReflectorClient !== true && !settings.routeReflectorClient) return [];
  if (reflected && at.software.looksForClusterWhenSending && looped(path.clusters, to)) return [];
  if (internal) {
    const originator = reflected ? path.originator || (path.edge?.from.routerId ?? 0) : path.originator;
    return [
      {
        asPath: path.asPath,
        localPref: at.drain ? GSHUT_LOCAL_PREF : path.localPref,
        gshut: path.gshut,
        originator,
        clusters: reflected ? [at.cluster, ...path.clusters] : path.clusters,
        nextHop: settings.nextHopSelf ? 0 : path.nextHop,
        backOnly: false,
      },
    ];
  }
  // FRR puts the community on what a drained router sends outside, and the lowest preference on what it sends inside (bgpd/bgp_route.c, `subgroup_announce_check`).
  const gshut = at.drain || path.gshut;
  const hops = externalNextHops(path, to);
  return asPaths(path, to).flatMap((asPath) =>
    hops.map((nextHop, i) => ({
      asPath,
      localPref: LOCAL_PREF,
      gshut,
      originator: 0,
      clusters: NO_CLUSTERS,
      nextHop,
      backOnly: i > 0,
    })),
  );
}

function asPaths(path: BgpPath, { at, settings, remotes }: Edge): (readonly number[])[] {
  if (!settings.asOverride) return [[at.as, ...path.asPath]];
  const replaced = remotes.filter((as) => path.asPath.includes(as));
  const paths = [
    ...replaced.map((remote) => path.asPath.map((as) => (as === remote ? at.as : as))),
    ...(replaced.length === remotes.length ? [] : [path.asPath]),
  ];
  return paths.map((asPath) => [at.as, ...asPath]);
}

const SELF = [0];

/**
 * RFC 4271, section 5.1.3: a next hop on the subnet both ends share stays, others become the sender. FRR wants a neighbor of the class on that subnet
 * other than the one the route came from (bgpd/bgp_nexthop.c, `bgp_subgrp_multiaccess_check_v4`), when it sends: what the one it came from gets back
 * depends on who was there at that time.
 */
function externalNextHops(path: BgpPath, to: Edge): number[] {
  if (to.settings.nextHopUnchanged) return [path.nextHop];
  if (to.settings.nextHopSelf || to.shared === null || !holds(to.shared, path.nextHop)) return SELF;
  if (path.edge?.group !== to.group) return [path.nextHop];
  return [path.nextHop, 0];
}

/**
 * Whether the receiver makes the route its last choice: software that knows graceful shutdown does so with what comes from outside with the community,
 * and where the receiver is drained itself, with all that comes from outside.
 */
export function shunned(route: Attributes, { at, internal }: Edge): boolean {
  return !internal && at.software.knowsGracefulShutdown && (at.drain || route.gshut);
}

/** Whether the receiver takes a route, its prefix aside. */
export function taken(route: Attributes, on: Edge): boolean {
  const { at, settings } = on;
  if (occurrences(route.asPath, at.as) > settings.allowasIn) return false;
  if (on.internal && (route.originator === at.routerId || looped(route.clusters, on))) return false;
  const nextHop = route.nextHop === 0 ? on.address : route.nextHop;
  if (nextHop === on.local && at.software.refusesOwnNextHop) return false;
  return settings.acceptNextHop === null || holds(rangeOf(settings.acceptNextHop), nextHop);
}

/** Whether the route has been in the speaker's own cluster (RFC 4456, section 8). */
function looped(clusters: readonly number[], { at, settings }: Edge): boolean {
  return (at.software.looksForClusterFrom === "all" || settings.routeReflectorClient) && clusters.includes(at.cluster);
}

/** Whether the neighbor's filter lets the prefix in. */
export function lets(accept: readonly PrefixFilter[] | null, prefix: PrefixRange): boolean {
  return (
    accept === null ||
    accept.some((each) => {
      const range = rangeOf(each.prefix);
      return (
        range.length <= prefix.length &&
        holds(range, prefix.first) &&
        each.ge <= prefix.length &&
        prefix.length <= each.le
      );
    })
  );
}

/** Filters are few, and asked for every route. */
const RANGES = new Map<string, PrefixRange>();

function rangeOf(prefix: string): PrefixRange {
  const known = RANGES.get(prefix) ?? knownRange(prefix);
  RANGES.set(prefix, known);
  return known;
}

function occurrences(path: readonly number[], as: number): number {
  let count = 0;
  for (const each of path) if (each === as) count++;
  return count;
}
