import { passesOn, type Speaker } from "../speakers";
import { countOf } from "./alike";
import {
  NOTHING,
  type Advertisement,
  type Arrival,
  type Network,
  type Origins,
  type Settled,
  type State,
} from "./model";
import { GSHUT_LOCAL_PREF, keyOf, type Edge, type BgpPath } from "./path";
import { exported, lets, shunned, taken } from "./transfer";

/** Whether the sender keeps the prefix, or the receiver refuses it, whatever its path. */
export function closed(origins: Origins, edge: Edge): boolean {
  return !sendsAny(origins, edge.from) || !lets(edge.settings.accept, origins.example);
}

/** Whether a speaker sends the prefix to anyone. */
export function sendsAny(origins: Origins, from: Speaker): boolean {
  return !origins.suppressed.has(from.id) && passesOn(from, origins.example);
}

/** What may arrive on a session whose sender sends its best path. */
export function arrival(network: Network, origins: Origins, state: State, edge: Edge): Arrival {
  const settled = state[edge.from.id] ?? NOTHING;
  const back = network.reverse.get(edge);
  if (countOf(settled) === 0 || back === undefined || closed(origins, edge)) return { edge, paths: [], maybe: true };
  const sent = sentTo(settled, back);
  const found = received(network, edge, sent.routes, settled.none || sent.withheld, null);
  return found.paths.length < 2 || (sent.distinct ??= allDistinct(sent))
    ? found
    : { ...found, paths: distinct(found.paths) };
}

/**
 * What the receiver makes of routes, one of which is sent.
 *
 * @param idOf ID of the sender's path, where it sends several
 */
export function received(
  network: Network,
  edge: Edge,
  routes: Advertisement["routes"],
  withheld: boolean,
  idOf: ((path: BgpPath) => string) | null,
): Arrival {
  const paths: BgpPath[] = [];
  let maybe = withheld;
  for (const { route, path } of routes) {
    const returned = path.edge?.from === edge.at;
    if (route.backOnly && !returned) continue;
    const nextHop = route.nextHop === 0 ? edge.address : route.nextHop;
    if ((!edge.from.software.returnsRoutes && (returned || nextHop === edge.local)) || !taken(route, edge)) {
      maybe = true;
      continue;
    }
    const metric = network.distance(edge, nextHop);
    const last = shunned(route, edge);
    // Written out: this is where the time of a large fabric goes.
    paths.push({
      asPath: route.asPath,
      localPref: last ? GSHUT_LOCAL_PREF : route.localPref,
      gshut: last || route.gshut,
      originator: route.originator,
      clusters: route.clusters,
      nextHop,
      edge,
      own: null,
      valid: metric !== Infinity,
      metric,
      echo: returned,
      id: idOf === null ? "" : idOf(path),
    });
  }
  return { edge, paths, maybe };
}

export function sentTo(settled: Settled, back: Edge): Advertisement {
  const known = settled.sent?.get(back.group);
  if (known !== undefined) return known;
  const made = settled.best.map((path) => exported(path, back).map((route) => ({ route, path })));
  const routes = made.flat();
  const sent: Advertisement = {
    routes,
    distinct: routes.length < 2 ? true : null,
    withheld: made.some((each) => each.length === 0),
    holding: null,
  };
  (settled.sent ??= new Map<string, Advertisement>()).set(back.group, sent);
  return sent;
}

function allDistinct({ routes }: Advertisement): boolean {
  return (
    new Set(
      routes.map(
        ({ route }) =>
          `${route.asPath.join()}|${route.nextHop}|${route.originator}|${route.clusters.join()}|${route.localPref}|${route.gshut ? 1 : 0}`,
      ),
    ).size === routes.length
  );
}

/** The same route twice is one; it comes back to where it was if both do. */
function distinct(paths: readonly BgpPath[]): readonly BgpPath[] {
  if (paths.length < 2) return paths;
  const seen = new Map<string, BgpPath>();
  for (const path of paths) {
    const key = keyOf(path);
    const before = seen.get(key);
    if (before === undefined || (before.echo && !path.echo)) seen.set(key, path);
  }
  return [...seen.values()];
}
