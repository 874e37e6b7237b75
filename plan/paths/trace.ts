import type { Broken, LabPrediction } from "../prediction";
import type { LabPlan } from "../types";
import { forward, type PacketState, type World } from "./forward";
import { blockFinder, blocksFor, podAddress } from "./pods";
import { reversePathOf } from "./reverse-path";
import { routingOf } from "./routes";
import { servicesOf, type ServiceFact } from "./services";
import { pathTopologyOf, WHOLE } from "./topology";
import type { PathArrival, Drop, PathEnd, Hop, Path, PathMtu } from "./types";

/** TTL Linux gives a packet (net.ipv4.ip_default_ttl). */
const INITIAL_TTL = 64;

/** Follows packets through a lab's tables. */
export interface Tracer {
  trace(from: PathEnd, to: PathEnd): Path;
}

/**
 * @param broken what the prediction was made without
 * @param backends nodes whose pods stand for those of all others behind a service; every node unless given
 */
export function tracerOf(
  plan: LabPlan,
  prediction: LabPrediction,
  broken: Broken = WHOLE,
  backends: ReadonlySet<string> | null = null,
): Tracer {
  const blocks = blocksFor(plan, prediction);
  const routing = routingOf(prediction);
  const world: World = {
    plan,
    topology: pathTopologyOf(plan, broken),
    routing,
    reversePath: reversePathOf(plan, routing),
    services: backends === null ? servicesOf(plan) : servicesOf(plan).map((each) => narrowed(each, backends)),
    podNode: blockFinder(blocks, plan),
    podOf: (node) => podAddress(blocks, node),
    // Where nodes stand for those alike, nobody is shown the sources.
    sourcesCount: backends === null,
  };
  return { trace: (from, to) => trace(world, from, to) };
}

/** A service whose pods run on some nodes only; on all that they may run on where none of those are among them. */
function narrowed(service: ServiceFact, backends: ReadonlySet<string>): ServiceFact {
  const nodes = service.nodes.filter((name) => backends.has(name));
  return nodes.length === 0 ? service : { ...service, nodes };
}

/** A packet on its way, and where it was. */
interface Traveller {
  readonly state: PacketState;
  readonly trail: readonly string[];
}

/**
 * All ways of a packet at once, step by step: packets that are at one machine in the same state are one, so that the choices of equal routes
 * add up and don't multiply. A packet that comes back to where it was in the same state is in a loop: forwarding has no memory.
 */
function trace(world: World, from: PathEnd, to: PathEnd): Path {
  const steps: Hop[][] = [];
  const arrivals: PathArrival[] = [];
  const drops: Drop[] = [];
  if (from.machine !== null && !world.topology.alive(from.machine))
    drops.push({ at: from.machine, cause: "link down", reason: `${from.machine} is taken out of the lab` });
  let travellers: Traveller[] = drops.length > 0 ? [] : [{ state: start(from, to), trail: [] }];
  while (travellers.length > 0) {
    const hops: Hop[] = [];
    const next = new Map<string, Traveller>();
    for (const { state, trail } of travellers) {
      const place = placeOf(state, world);
      const seen = trail.indexOf(place);
      if (seen >= 0) {
        drops.push({
          at: state.at,
          cause: "loop",
          reason: `it comes back to ${state.at}: ${[...trail.slice(seen), place].map((each) => each.split(" ")[0]).join(" > ")}`,
        });
        continue;
      }
      const outcome = forward(world, state);
      hops.push(...outcome.hops);
      drops.push(...outcome.drops);
      arrivals.push(...outcome.hops.filter((hop) => hop.action === "receive").map(({ at, ttl }) => ({ at, ttl })));
      for (const each of outcome.next) {
        const key = `${placeOf(each, world)} ${each.ttl}`;
        if (!next.has(key)) next.set(key, { state: each, trail: [...trail, place] });
      }
    }
    if (hops.length > 0) steps.push(hops);
    travellers = [...next.values()];
  }
  const verdict = arrivals.length === 0 ? "dropped" : drops.length === 0 ? "arrives" : "depends";
  return {
    from,
    to,
    verdict,
    ttls: [...new Set(arrivals.map((each) => each.ttl))].sort((a, b) => a - b),
    mtu: mtuOf(steps),
    steps,
    arrivals: distinct(arrivals),
    drops: distinct(drops),
  };
}

function start(from: PathEnd, to: PathEnd): PacketState {
  return {
    at: from.kind === "pod" ? `pod:${from.machine ?? ""}` : (from.machine ?? from.name),
    bridgedTo: null,
    destination: to.address,
    source: from.address,
    refused: "",
    ttl: INITIAL_TTL,
    encapsulation: null,
    own: true,
    nodePort: to.kind === "nodeport",
  };
}

/** Sources tell packets apart only where somebody looks at them: a filter, or a reader. */
const placeOf = (
  { at, own, bridgedTo, destination, encapsulation, source, refused }: PacketState,
  { reversePath, sourcesCount }: World,
): string =>
  [
    at,
    own ? "own" : "",
    bridgedTo ?? "",
    destination,
    encapsulation?.destination ?? "",
    ...(reversePath.filters ? [encapsulation?.source ?? source, refused] : []),
    ...(sourcesCount ? [source] : []),
  ].join(" ");

const distinct = <T extends object>(items: readonly T[]): T[] => [
  ...new Map(items.map((each) => [JSON.stringify(each), each])).values(),
];

/** A machine's packets to itself go by lo. */
const LOOPBACK_MTU = 65536;

/** MTU arithmetic along all ways: the smallest link counts, less what encapsulation adds there. */
function mtuOf(steps: readonly (readonly Hop[])[]): PathMtu {
  const rooms = steps.map((hops) =>
    hops.flatMap((hop) =>
      hop.out.map(({ link, mtu, encapsulation }) => ({ link, room: mtu - (encapsulation?.overhead ?? 0) })),
    ),
  );
  const sender = Math.min(...(rooms[0] ?? []).map((each) => each.room));
  if (!Number.isFinite(sender)) return { sender: LOOPBACK_MTU, largest: LOOPBACK_MTU, limit: null };
  const least = rooms.flat().reduce((a, b) => (b.room < a.room ? b : a));
  return { sender, largest: least.room, limit: least.room < sender ? least.link : null };
}
