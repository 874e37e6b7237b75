import { addressText, sortPrefixes } from "../../lab-spec/ip";
import type { Prefix } from "../types";
import { beside } from "./bgp/choice";
import { decidingId, keyOf, type BgpPath } from "./bgp/path";
import { arrivals } from "./bgp/arrivals";
import type { Arrival, Network } from "./bgp/model";
import { settledAt } from "./bgp/search";
import type { Group } from "./groups";
import type { Speaker } from "./speakers";
import type { Certainty, RibEntry, RibPath } from "./types";

/** All a speaker may hold of a group's prefixes, as paths of one table entry. */
export function tablePaths(network: Network, group: Group, at: Speaker): RibPath[] {
  const own = group.origins.own.get(at.id) ?? [];
  const arriving = arrivals(network, group.origins, group.state, at);
  const settled = settledAt(network, group.origins, group.state, at);
  const single = settled.best.length === 1 && !settled.none;
  const best = new Set(settled.best.map(keyOf));
  const used = usedOf(at, group.origins.optional.has(at.id) ? [] : own, arriving, settled.best);
  const path = (each: BgpPath, maybe: boolean): RibPath => {
    const key = keyOf(each);
    const chosen: Certainty = !best.has(key) ? "never" : single ? "always" : "sometimes";
    return shown(each, {
      present: maybe ? "sometimes" : "always",
      best: chosen,
      multipath: chosen === "always" ? "always" : (used.get(key) ?? chosen),
    });
  };
  return [
    ...own.map((each) => path(each, group.uncertain && each.own === "aggregate")),
    ...arriving.flatMap(({ paths, maybe }) => paths.map((each) => path(each, maybe || paths.length > 1))),
  ];
}

/** Which paths are in use whatever is best, and which for some best. */
function usedOf(
  at: Speaker,
  own: readonly BgpPath[],
  arriving: readonly Arrival[],
  best: readonly BgpPath[],
): Map<string, Certainty> {
  const used = new Map<string, Certainty>();
  if (own.length > 0) return used;
  const rivals = arriving.flatMap(({ paths, maybe }) =>
    paths.filter((path) => !path.echo).map((path) => ({ path, sure: !maybe && paths.length === 1 })),
  );
  const keys = best.map(keyOf);
  for (const { path, sure } of rivals) {
    const key = keyOf(path);
    const uses = best.map((each, i) => (keys[i] === key ? "always" : beside(path, each, rivals, at)));
    if (uses.some((each) => each !== "never"))
      used.set(key, sure && uses.every((each) => each === "always") ? "always" : "sometimes");
  }
  // Beyond the limit, which of the equals are used depends on the best one.
  if (used.size > at.bgp.maximumPaths) for (const key of used.keys()) used.set(key, "sometimes");
  return used;
}

function shown(path: BgpPath, certainty: Pick<RibPath, "present" | "best" | "multipath">): RibPath {
  const { edge } = path;
  return {
    from: edge === null ? null : edge.from.name,
    peer: edge === null ? null : addressText(edge.address),
    nextHop: edge === null ? null : addressText(path.nextHop),
    asPath: path.asPath,
    localPref: path.localPref,
    med: 0,
    origin: "igp",
    type: path.own === "aggregate" ? "aggregate" : edge === null ? "own" : edge.internal ? "ibgp" : "ebgp",
    originator: edge?.internal === true && path.originator !== 0 ? addressText(decidingId(path)) : null,
    clusters: path.clusters.map(addressText),
    valid: path.valid,
    ...certainty,
  };
}

/** The whole table of a speaker. */
export function ribOf(network: Network, groups: readonly Group[], at: Speaker): RibEntry[] {
  const entries = new Map<Prefix, readonly RibPath[]>();
  for (const group of groups) {
    const paths = tablePaths(network, group, at);
    if (paths.length > 0) for (const prefix of group.prefixes) entries.set(prefix, paths);
  }
  return sortPrefixes([...entries.keys()]).map((prefix) => ({ prefix, paths: entries.get(prefix) ?? [] }));
}
