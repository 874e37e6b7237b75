import { knownAddress } from "../../../lab-spec/ip";
import type { LabPlan, NeighborPlan, SwitchPlan } from "../../../plan";
import type { ObservedPath, ObservedTables } from "../../../plan/prediction";

/** A route as a message carries it; the next hop is an address, `gshut` the community of graceful shutdown (RFC 8326). */
interface Route {
  readonly asPath: readonly number[];
  readonly localPref: number;
  readonly gshut: boolean;
  readonly nextHop: string;
  readonly originator: string | null;
  readonly clusters: readonly string[];
}

const LOCAL_PREF = 100;

interface Speaker {
  readonly of: SwitchPlan;
  /** Neighbors with a session, and the neighbor's statement for this speaker. */
  readonly peers: readonly {
    readonly to: NeighborPlan;
    readonly name: string;
    readonly back: NeighborPlan;
    readonly routerId: string;
  }[];
  /** Whose AS number as-override replaces: that of the neighbor that came up first. */
  readonly overridden: number;
  /** Accepted routes by prefix and neighbor address, oldest first. */
  readonly table: Map<string, Map<string, Route>>;
  /** Address of the neighbor whose route is best; "own" for an own prefix. */
  readonly best: Map<string, string>;
}

type Send = (from: Speaker, prefix: string) => void;

/**
 * Runs BGP message by message in an order that `pick` chooses, until no message is left: an independent check of the prediction, which
 * never sends a message. As FRR does, a speaker keeps the external path it has unless a better one comes, and sends updates to the peer the
 * path came from too.
 *
 * @param limit messages after which BGP is taken never to come to rest: an error
 */
export function simulate(plan: LabPlan, pick: (choices: number) => number, limit = 1_000_000): ObservedTables {
  const speakers = new Map(plan.switches.map((of) => [of.name, speakerOf(plan, of, pick)]));
  // One queue per direction of a session: TCP keeps the order within it, and nothing keeps it across.
  const queues = new Map<string, { to: string; sender: string; messages: { prefix: string; route: Route | null }[] }>();
  const send: Send = (from, prefix) => {
    for (const peer of from.peers) {
      const key = `${from.of.name}>${peer.to.address}`;
      const queue = queues.get(key) ?? { to: peer.name, sender: peer.back.address, messages: [] };
      queue.messages.push({ prefix, route: outgoing(from, prefix, peer) });
      queues.set(key, queue);
    }
  };
  for (const speaker of speakers.values()) {
    for (const prefix of speaker.of.networks) {
      speaker.best.set(prefix, "own");
      send(speaker, prefix);
    }
  }
  for (let steps = 0; ; steps++) {
    if (steps > limit) throw new Error("BGP does not settle");
    const waiting = [...queues.values()].filter((queue) => queue.messages.length > 0);
    const queue = waiting[pick(waiting.length)];
    if (queue === undefined) break;
    const message = queue.messages.shift()!;
    receive(speakers.get(queue.to)!, queue.sender, message.prefix, message.route, send);
  }
  return Object.fromEntries([...speakers].map(([name, speaker]) => [name, tableOf(speaker)]));
}

function speakerOf(plan: LabPlan, of: SwitchPlan, pick: (choices: number) => number): Speaker {
  const own = of.interfaces.flatMap((port) => port.addresses.map((address) => address.split("/")[0]!));
  const peers = of.neighbors.flatMap((to) => {
    const other = plan.switches.find((each) => each.name === to.machine);
    const back = other?.neighbors.find(
      (each) => own.includes(each.address) && each.machine === of.name && sameLink(each.address, to.address),
    );
    return other === undefined || back === undefined ? [] : [{ to, name: other.name, back, routerId: other.routerId }];
  });
  return { of, peers, overridden: peers[pick(peers.length)]?.to.remoteAs ?? 0, table: new Map(), best: new Map() };
}

const sameLink = (a: string, b: string): boolean => Math.floor(knownAddress(a) / 2) === Math.floor(knownAddress(b) / 2);
const external = (at: Speaker, peer: string): boolean =>
  at.peers.find((each) => each.to.address === peer)!.to.remoteAs !== at.of.as;

/** What a speaker tells a neighbor of a prefix: its best path in the form the session asks for; null: nothing, or no more. */
function outgoing(from: Speaker, prefix: string, peer: Speaker["peers"][number]): Route | null {
  const { to } = peer;
  const source = from.best.get(prefix);
  if (source === undefined) return null;
  const self = peer.back.address;
  const route =
    source === "own"
      ? { asPath: [], localPref: LOCAL_PREF, gshut: false, nextHop: self, originator: null, clusters: [] }
      : from.table.get(prefix)!.get(source)!;
  if (to.remoteAs !== from.of.as) {
    const path = to.asOverride ? route.asPath.map((as) => (as === from.overridden ? from.of.as : as)) : route.asPath;
    return {
      asPath: [from.of.as, ...path],
      localPref: LOCAL_PREF,
      gshut: from.of.drain || route.gshut,
      nextHop: self,
      originator: null,
      clusters: [],
    };
  }
  const nextHop = to.nextHopSelf ? self : route.nextHop;
  // A drained router says so to its own AS by the lowest preference.
  const localPref = from.of.drain ? 0 : route.localPref;
  if (source === "own" || external(from, source)) return { ...route, localPref, nextHop };
  const learned = from.peers.find((each) => each.to.address === source)!;
  if (!learned.to.routeReflectorClient && !to.routeReflectorClient) return null;
  return {
    asPath: route.asPath,
    localPref,
    gshut: route.gshut,
    nextHop,
    originator: route.originator ?? learned.routerId,
    clusters: [clusterOf(from.of), ...route.clusters],
  };
}

const clusterOf = (of: SwitchPlan): string => of.bgp.clusterId ?? of.routerId;

function receive(at: Speaker, from: string, prefix: string, route: Route | null, send: Send): void {
  const routes = at.table.get(prefix) ?? new Map<string, Route>();
  at.table.set(prefix, routes);
  const before = routes.get(from);
  if (route === null || refused(at, from, route)) routes.delete(from);
  else routes.set(from, kept(at, from, route));
  if (at.of.networks.includes(prefix)) return;
  const old = at.best.get(prefix);
  const next = choose(at, routes, old);
  if (next === undefined) at.best.delete(prefix);
  else at.best.set(prefix, next);
  if (next !== old || (next === from && before !== routes.get(from))) send(at, prefix);
}

/** What comes from outside with the community, or to a drained router, is the last choice. */
function kept(at: Speaker, from: string, route: Route): Route {
  return external(at, from) && (at.of.drain || route.gshut) ? { ...route, localPref: 0, gshut: true } : route;
}

function refused(at: Speaker, from: string, { asPath, originator, clusters }: Route): boolean {
  const { to } = at.peers.find((each) => each.to.address === from)!;
  return (
    asPath.filter((as) => as === at.of.as).length > to.allowasIn ||
    originator === at.of.routerId ||
    clusters.includes(clusterOf(at.of))
  );
}

/** Usable: the next hop is on one of the speaker's links. */
function usable(at: Speaker, route: Route): boolean {
  return at.peers.some((each) => sameLink(each.to.address, route.nextHop));
}

function choose(at: Speaker, routes: ReadonlyMap<string, Route>, old: string | undefined): string | undefined {
  const equal = equals(at, routes);
  if (equal.length === 0) return undefined;
  if (external(at, equal[0]!)) return old !== undefined && equal.includes(old) ? old : equal[0];
  const id = (peer: string): number =>
    knownAddress(routes.get(peer)!.originator ?? at.peers.find((each) => each.to.address === peer)!.routerId);
  return [...equal].sort(
    (a, b) =>
      id(a) - id(b) ||
      routes.get(a)!.clusters.length - routes.get(b)!.clusters.length ||
      knownAddress(a) - knownAddress(b),
  )[0];
}

/** Neighbors whose routes are equal as far as distance goes, oldest first: usable, most preferred, shortest, external before internal. */
function equals(at: Speaker, routes: ReadonlyMap<string, Route>): string[] {
  const all = [...routes].filter(([, route]) => usable(at, route));
  const preferred = Math.max(...all.map(([, route]) => route.localPref));
  const good = all.filter(([, route]) => route.localPref === preferred);
  const shortest = Math.min(...good.map(([, route]) => route.asPath.length));
  const near = good.filter(([, route]) => route.asPath.length === shortest).map(([peer]) => peer);
  const outside = near.filter((peer) => external(at, peer));
  return outside.length > 0 ? outside : near;
}

function tableOf(at: Speaker): Record<string, ObservedPath[]> {
  const prefixes = [...new Set([...at.of.networks, ...at.table.keys()])];
  return Object.fromEntries(
    prefixes.map((prefix) => {
      const own = at.of.networks.includes(prefix);
      const routes = at.table.get(prefix) ?? new Map<string, Route>();
      const used = own ? [] : equals(at, routes);
      const learned = [...routes]
        .filter(([, route]) => usable(at, route))
        .map(([peer, { asPath, nextHop }]): ObservedPath => ({
          peer,
          nextHop,
          asPath,
          best: at.best.get(prefix) === peer,
          used: used.includes(peer),
        }));
      return [prefix, own ? [{ peer: null, nextHop: null, asPath: [], best: true, used: true }, ...learned] : learned];
    }),
  );
}
