import type { Speaker } from "../speakers";
import { decidingId, type Path } from "./path";

/**
 * The order of paths at a speaker: negative if `a` is better. 0 where timing decides: the speaker then keeps the path that it has.
 *
 * Origin is IGP and MED 0 on every route of a lab, so that these steps never decide.
 */
export function compare(a: Path, b: Path, at: Speaker): number {
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
export function untilMetric(a: Path, b: Path): number {
  return (
    own(b) - own(a) ||
    b.localPref - a.localPref ||
    a.asPath.length - b.asPath.length ||
    Number(external(b)) - Number(external(a)) ||
    a.metric - b.metric
  );
}

const own = (path: Path): number => (path.edge === null ? 1 : 0);
const external = (path: Path): boolean => path.edge !== null && !path.edge.internal;

/**
 * Whether a path may be used beside the best one (`maximum-paths`): without multipath-relax the neighbors' AS numbers, or within an AS the
 * whole AS paths, have to be equal.
 */
export function together(path: Path, best: Path, at: Speaker): boolean {
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
  path: Path,
  best: Path,
  rivals: readonly { readonly path: Path; readonly sure: boolean }[],
  at: Speaker,
): "always" | "sometimes" | "never" {
  if (!together(path, best, at)) return "never";
  if (!at.software.usesOnePathPerNextHop) return "always";
  const same = rivals.filter(
    (each) => each.path !== path && each.path.nextHop === path.nextHop && together(each.path, best, at),
  );
  const address = (of: Path): number => of.edge?.address ?? 0;
  const before = same.filter((each) => address(each.path) < address(path));
  if (before.some((each) => each.sure)) return "never";
  return before.length > 0 || same.some((each) => address(each.path) === address(path)) ? "sometimes" : "always";
}
