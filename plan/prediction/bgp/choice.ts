import type { Speaker } from "../speakers";
import type { Arrival, Settled } from "./model";
import { decidingId, type BgpPath } from "./path";

/**
 * The order of paths at a speaker: negative if `a` is better. 0 where timing decides: the speaker then keeps the path that it has.
 *
 * Origin is IGP and MED 0 on every route of a lab, so that these steps never decide.
 */
export function compare(a: BgpPath, b: BgpPath, at: Speaker): number {
  const equal = untilMetric(a, b);
  if (equal !== 0) return equal;
  if (at.software.keepsOldestPath && external(a) && external(b)) return 0;
  return (
    decidingId(a) - decidingId(b) ||
    a.clusters.length - b.clusters.length ||
    (a.edge?.address ?? 0) - (b.edge?.address ?? 0)
  );
}

/** The steps that paths in use together have to be equal in. */
export function untilMetric(a: BgpPath, b: BgpPath): number {
  return (
    own(b) - own(a) ||
    b.localPref - a.localPref ||
    a.asPath.length - b.asPath.length ||
    Number(external(b)) - Number(external(a)) ||
    a.metric - b.metric
  );
}

const own = (path: BgpPath): number => (path.edge === null ? 1 : 0);
const external = (path: BgpPath): boolean => path.edge !== null && !path.edge.internal;

/**
 * Whether a path may be used beside the best one (`maximum-paths`): without multipath-relax the neighbors' AS numbers, or within an AS the
 * whole AS paths, have to be equal.
 */
export function together(path: BgpPath, best: BgpPath, at: Speaker): boolean {
  if (!path.valid || path.edge === null || best.edge === null || untilMetric(path, best) !== 0) return false;
  if (at.software.usesOnePathPerNextHop && path.nextHop === best.nextHop) return false;
  if (at.bgp.multipathRelax) return true;
  return path.edge.internal ? path.asPath.join() === best.asPath.join() : path.edge.from.as === best.edge.from.as;
}

/**
 * Whether a path is used beside the best one, given the others that may be: of paths to one next hop FRR uses that of the lowest neighbor's
 * address, and of one neighbor's the one that came first.
 *
 * @param rivals other paths that may be there, and whether they surely are
 */
export function beside(
  path: BgpPath,
  best: BgpPath,
  rivals: readonly { readonly path: BgpPath; readonly sure: boolean }[],
  at: Speaker,
): "always" | "sometimes" | "never" {
  if (!together(path, best, at)) return "never";
  if (!at.software.usesOnePathPerNextHop) return "always";
  const same = rivals.filter(
    (each) => each.path !== path && each.path.nextHop === path.nextHop && together(each.path, best, at),
  );
  const address = (of: BgpPath): number => of.edge?.address ?? 0;
  const before = same.filter((each) => address(each.path) < address(path));
  if (before.some((each) => each.sure)) return "never";
  return before.length > 0 || same.some((each) => address(each.path) === address(path)) ? "sometimes" : "always";
}

/** The paths that may be best of what may arrive: all that nothing beats that surely arrives. */
export function chosen(at: Speaker, all: readonly Arrival[], own: readonly BgpPath[]): Settled {
  if (own.length > 0) return { best: own.slice(0, 1), none: false, sent: null, table: null };
  let certain: BgpPath | null = null;
  for (const { paths, maybe } of all) {
    if (maybe || paths.some((path) => !path.valid)) continue;
    const worst = paths.reduce<BgpPath | null>((a, b) => (a === null || compare(a, b, at) < 0 ? b : a), null);
    if (worst !== null && (certain === null || compare(worst, certain, at) < 0)) certain = worst;
  }
  const floor = certain;
  const best = all.flatMap(({ paths }) =>
    paths.filter((path) => path.valid && !path.echo && (floor === null || compare(path, floor, at) <= 0)),
  );
  return { best, none: floor === null, sent: null, table: null };
}
