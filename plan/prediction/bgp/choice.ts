import type { Speaker } from "../speakers";
import { decidingId, type Path } from "./path";

/**
 * The order of paths at a speaker: negative if `a` is better. 0 where timing decides: FRR keeps the path it has among equal external ones
 * (https://docs.frrouting.org/en/stable-8.4/bgp.html#route-selection, step 11), BIRD doesn't unless `prefer older` is set.
 *
 * Origin is IGP and MED 0 on every route of a lab, and all next hops are equally far, so that these steps never decide.
 */
export function compare(a: Path, b: Path, at: Speaker): number {
  const equal = untilMetric(a, b);
  if (equal !== 0) return equal;
  if (at.software === "frr" && external(a) && external(b)) return 0;
  return decidingId(a) - decidingId(b) || a.clusters.length - b.clusters.length || (a.edge?.address ?? 0) - (b.edge?.address ?? 0);
}

/** The steps that paths in use together have to be equal in. */
export function untilMetric(a: Path, b: Path): number {
  return own(b) - own(a) || b.localPref - a.localPref || a.asPath.length - b.asPath.length || Number(external(b)) - Number(external(a));
}

const own = (path: Path): number => (path.edge === null ? 1 : 0);
const external = (path: Path): boolean => path.edge !== null && !path.edge.internal;

/**
 * Whether a path may be used beside the best one (`maximum-paths`): without multipath-relax the neighbors' AS numbers, or within an AS the
 * whole AS paths, have to be equal.
 */
export function together(path: Path, best: Path, at: Speaker): boolean {
  if (!path.valid || path.edge === null || best.edge === null || untilMetric(path, best) !== 0) return false;
  if (at.bgp.multipathRelax) return true;
  return path.edge.internal ? path.asPath.join() === best.asPath.join() : path.edge.from.as === best.edge.from.as;
}
