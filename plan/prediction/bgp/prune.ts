import type { Speaker } from "../speakers";
import { allArrivals, sendsAll } from "./add-path";
import { Alike } from "./alike";
import { arrivals } from "./arrivals";
import { NOTHING, type Arrival, type Network, type Origins, type Settled, type State } from "./model";
import type { Edge } from "./path";
import { arrival } from "./receive";

/**
 * What may arrive at a speaker, without the sessions that can't bring its best path: where a fabric has many equal paths, to look at these is most of
 * the work.
 *
 * A session is left out if its paths are longer than one that surely arrives. That is sound because a speaker compares the length of AS paths first of
 * all that differs between arrivals: local preferences are the same unless some speaker is drained, and then nothing is left out. It wants all
 * paths of the session to have one length: the length that is looked at is the first path's.
 *
 * Example: leaf1 hears of leaf2's subnet from spine1 and spine2 with two AS numbers, and from a multihop neighbor with four. Both spines surely send it, so
 * what the third may send needn't be made.
 */
export function candidates(network: Network, origins: Origins, state: State, speaker: Speaker): Arrival[] {
  if (network.drained) return arrivals(network, origins, state, speaker);
  const edges = network.edges[speaker.id] ?? [];
  let shortest = Infinity;
  for (const edge of edges) if (!sendsAll(network, edge)) shortest = Math.min(shortest, lengthOf(state, edge));
  const found: Arrival[] = [];
  let certain = Infinity;
  for (const edge of edges) {
    // A neighbor that sends all it has may send paths of any length.
    if (sendsAll(network, edge)) {
      found.push(...allArrivals(network, origins, state, edge));
      continue;
    }
    if (lengthOf(state, edge) !== shortest) continue;
    const arrived = arrival(network, origins, state, edge);
    found.push(arrived);
    if (!arrived.maybe && arrived.paths.every((path) => path.valid && !path.echo))
      certain = Math.min(certain, ...arrived.paths.map((path) => path.asPath.length));
  }
  for (const edge of edges) {
    const length = lengthOf(state, edge);
    if (length === Infinity || length === shortest || sendsAll(network, edge)) continue;
    if (certain < length && isUniform(state[edge.from.id])) continue;
    found.push(arrival(network, origins, state, edge));
  }
  return found;
}

/** Length of the AS path that the neighbor would send; Infinity where it has none. */
function lengthOf(state: State, edge: Edge): number {
  const settled = state[edge.from.id];
  if (settled === undefined || settled === NOTHING) return Infinity;
  const length = settled instanceof Alike ? settled.choice.length : (settled.best[0]?.asPath.length ?? Infinity);
  return length + (edge.internal ? 0 : 1);
}

/** Whether all paths that a speaker may have as its best are equally long. */
function isUniform(settled: Settled | undefined): boolean {
  if (settled === undefined) return true;
  if (settled instanceof Alike) return settled.choice.uniform;
  return settled.best.every((path) => path.asPath.length === settled.best[0]?.asPath.length);
}
