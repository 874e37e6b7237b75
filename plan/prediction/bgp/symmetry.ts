import type { Speaker } from "../speakers";
import { choiceOf, countOf, type SharedChoice } from "./alike";
import { NOTHING, type Arrival, type Network, type Origins, type Settled, type State } from "./model";
import type { Edge } from "./path";
import { closed, sentTo } from "./receive";

/** What the first speaker of a class has chosen in a round, for the other members to take over. */
export interface Exemplar {
  readonly choice: SharedChoice;
  /** Whether some route is about this member, so that it has to choose for itself. */
  concerns(member: Speaker): boolean;
}

/**
 * Turns what one member of a class has chosen into an example for the others.
 *
 * Members have the same neighbors, by sessions with the same settings, and these neighbors send to all of them alike. So the routes that one member is
 * sent are those that every member is sent. Members can only differ in what they make of a route, and there are two reasons for that: the route holds
 * the AS number of one of them, which refuses it; or it has come from one of them, which takes it for an echo of its own. A route is said to be about
 * such a member.
 *
 * The first member refuses nothing (that is checked here), so no member does that no route is about: all of these choose what the first has chosen,
 * each on its own sessions.
 *
 * Example: leaf1, leaf2 and leaf3 hear of leaf3's subnet from spine1 and spine2, on AS paths with leaf3's number. leaf1 chooses "by spine1 or by spine2";
 * leaf2 takes that over without a look at the routes; leaf3 is concerned and looks itself.
 *
 * @param arriving what the first member was sent
 * @param chosen what it has made of it
 * @param edges its sessions with the neighbors that the class shares
 * @returns null if it refuses something, which other members may take
 */
export function exemplarOf(
  network: Network,
  origins: Origins,
  state: State,
  arriving: readonly Arrival[],
  chosen: Settled,
  edges: readonly Edge[],
): Exemplar | null {
  const asNumbers = new Set<number>();
  const senders = new Set<number>();
  for (const { edge, paths } of arriving) {
    const settled = state[edge.from.id] ?? NOTHING;
    const back = network.reverse.get(edge);
    if (back === undefined || countOf(settled) === 0 || closed(origins, edge)) continue;
    const { routes } = sentTo(settled, back);
    if (paths.length !== routes.length || paths.some((path) => path.echo || !path.valid)) return null;
    for (const { route, path } of routes) {
      for (const as of route.asPath) asNumbers.add(as);
      if (path.edge !== null) senders.add(path.edge.from.id);
    }
  }
  return {
    choice: choiceOf(chosen, edges),
    concerns: (member) => asNumbers.has(member.as) || senders.has(member.id),
  };
}
