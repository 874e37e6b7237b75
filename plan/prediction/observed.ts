import type { Address, Prefix } from "../types";

/** One path of a live BGP table. */
export interface ObservedPath {
  /** Neighbor it came from; null for an own prefix. */
  readonly peer: Address | null;
  /** Null for an own prefix, and where the table was read without. */
  readonly nextHop?: Address | null;
  /** AS path, nearest first. */
  readonly asPath: readonly number[];
  /** Undefined where FRR shows none: on paths from outside that no policy has touched. */
  readonly localPref?: number | undefined;
  readonly best: boolean;
  /** In the forwarding table: the best path and its equals. */
  readonly used: boolean;
}

/** Live tables: router, then prefix, to its paths. */
export type ObservedTables = Readonly<Record<string, Readonly<Record<Prefix, readonly ObservedPath[]>>>>;

/** The parts of FRR's `show bgp ipv4 unicast json` that are read here. */
interface FrrPath {
  readonly valid?: boolean;
  readonly bestpath?: boolean;
  readonly multipath?: boolean;
  readonly path?: string;
  readonly peerId?: string;
  readonly locPrf?: number;
  readonly nexthops?: readonly { readonly ip?: string; readonly used?: boolean }[];
}

/** FRR writes this peer for paths of its own. */
const OWN_PEER = "(unspec)";

/** Paths by prefix, of the parsed output of `vtysh -c "show bgp ipv4 unicast json"`; paths FRR holds invalid are left out. */
export function observedTable(json: unknown): Record<Prefix, ObservedPath[]> {
  const routes = (json as { routes?: Record<Prefix, FrrPath[]> } | null)?.routes ?? {};
  return Object.fromEntries(
    Object.entries(routes).map(([prefix, paths]) => [
      prefix,
      paths.filter((path) => path.valid === true).map(observedPath),
    ]),
  );
}

function observedPath(path: FrrPath): ObservedPath {
  const best = path.bestpath === true;
  const peer = path.peerId === undefined || path.peerId === OWN_PEER ? null : path.peerId;
  return {
    peer,
    nextHop: peer === null ? null : (path.nexthops?.[0]?.ip ?? null),
    asPath: (path.path ?? "")
      .split(" ")
      .filter((number) => number !== "")
      .map(Number),
    localPref: path.locPrf,
    best,
    used: best || path.multipath === true,
  };
}
