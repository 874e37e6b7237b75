import { allArrivals, sendsAll } from "./add-path";
import { NOTHING, type Network, type Origins, type Settled, type State, type Advertisement } from "./model";
import { arrival, closed, sentTo } from "./receive";
import { Alike, countOf } from "./alike";
import type { Edge } from "./path";

/** Whether a route arrives: whatever the sender has settled on, for some of it, or for nothing. */
export type Arriving = "always" | "sometimes" | "never";

/** From how many routes on they are counted by AS number. */
const FEW = 32;

/**
 * Whether a route may arrive on a session: as `arrival`, without making the paths.
 *
 * @param back the session's other side
 */
export function arriving(
  network: Network,
  origins: Origins,
  state: State,
  edge: Edge,
  back: Edge | undefined,
): Arriving {
  if (sendsAll(network, edge)) {
    const all = allArrivals(network, origins, state, edge);
    return all.length === 0 ? "never" : all.every((each) => each.maybe) ? "sometimes" : "always";
  }
  const settled = state[edge.from.id] ?? NOTHING;
  const count = countOf(settled);
  if (count === 0 || back === undefined || closed(origins, edge)) return "never";
  // A route that comes back to where it was learned holds the receiver's AS number, unless the sender overrides it.
  const { settings } = back;
  if (
    !edge.internal &&
    edge.settings.allowasIn === 0 &&
    edge.settings.acceptNextHop === null &&
    !settings.asOverride &&
    !settings.nextHopUnchanged &&
    back.shared === null
  ) {
    const refused = edge.from.as === edge.at.as ? count : holders(settled, back, edge.at.as);
    return refused === count ? "never" : refused > 0 || settled.none ? "sometimes" : "always";
  }
  // Of neighbors with one AS number, as-override leaves no trace: their own route may come back, no other is refused.
  if (
    !edge.internal &&
    settings.asOverride &&
    back.remotes.length === 1 &&
    edge.settings.acceptNextHop === null &&
    isElsewhere(settled, edge)
  )
    return settled.none ? "sometimes" : "always";
  const { paths, maybe } = arrival(network, origins, state, edge);
  return paths.length === 0 ? "never" : maybe ? "sometimes" : "always";
}

/** Whether no path leads to the neighbor itself. */
function isElsewhere(settled: Settled, { at, local }: Edge): boolean {
  if (settled instanceof Alike)
    return (
      settled.edges.every((each) => each.from !== at && each.address !== local) ||
      settled.best.every((path) => path.edge?.from !== at && path.nextHop !== local)
    );
  return settled.best.every((path) => path.edge?.from !== at && path.nextHop !== local);
}

/** How many of a speaker's routes hold an AS number. Few are looked through; where there are many, many neighbors ask, and a count pays. */
function holders(settled: Settled, back: Edge, as: number): number {
  if (settled instanceof Alike) return settled.choice.holding.get(as) ?? 0;
  if (settled.best.length > FEW) {
    const sent = sentTo(settled, back);
    return (sent.holding ??= holdingOf(sent)).get(as) ?? 0;
  }
  let count = 0;
  for (const path of settled.best) if (path.asPath.includes(as)) count++;
  return count;
}

function holdingOf({ routes }: Advertisement): Map<number, number> {
  const holding = new Map<number, number>();
  for (const { route } of routes) for (const as of new Set(route.asPath)) holding.set(as, (holding.get(as) ?? 0) + 1);
  return holding;
}
