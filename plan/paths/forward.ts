import { fabricKnowsPods, felixRoutesPods } from "../calico";
import { announcesServices, clusterLab, inPodPool, inPodRange, inServiceRange } from "../cluster";
import { encapsulationOf, TUNNEL_DEVICES, type OuterHeader } from "../encapsulation";
import { defined } from "../defined";
import { addressOf, homeOf, serverOf } from "../lookup";
import type { Address, LabPlan, LinkPlan, ServerPlan, Uplink } from "../types";
import type { Refusal, ReversePath } from "./reverse-path";
import type { Routing } from "./routes";
import { nodePortOf, type ServiceFact } from "./services";
import type { PathTopology } from "./topology";
import type { Crossing, Drop, DropCause, Hop } from "./types";

/** A packet at a machine. */
export interface PacketState {
  /** Machine; "pod:NODE" inside a pod. */
  readonly at: string;
  /** The server a leaf's bridge passes the frame to; null where the packet is for the machine's IP layer. */
  readonly bridgedTo: string | null;
  readonly destination: Address;
  /** Of the packet itself, whatever carries it: what the filters of the reverse path look at. */
  readonly source: Address;
  /** Why the machine's reverse-path filter drops it; empty unless it does. */
  readonly refused: string;
  readonly ttl: number;
  readonly encapsulation: OuterHeader | null;
  /** The machine made the packet itself: it takes nothing off the TTL. */
  readonly own: boolean;
  /** It is for a port that a service has on every node, and no node has translated it yet. */
  readonly nodePort: boolean;
}

/** What a machine does with a packet: hops (one, or one a backend), where it goes on, where it ends. */
export interface StepOutcome {
  readonly hops: readonly Hop[];
  readonly next: readonly PacketState[];
  readonly drops: readonly Drop[];
}

export interface World {
  readonly plan: LabPlan;
  readonly topology: PathTopology;
  readonly routing: Routing;
  readonly services: readonly ServiceFact[];
  /** Node whose block holds a pod's address. */
  readonly podNode: (address: Address) => string | null;
  readonly podOf: (node: string) => Address | null;
  readonly reversePath: ReversePath;
  /** Whether packets that differ in their source alone are told apart. */
  readonly sourcesCount: boolean;
}

const VETH = "veth";

/** One machine's step: bridging, kube-proxy, local delivery, encapsulation, routing, in the order in which Linux does them. */
export function forward(world: World, state: PacketState): StepOutcome {
  const { plan, topology } = world;
  if (state.at.startsWith("pod:")) return atPod(world, state);
  if (state.refused !== "") return dropped(state, "reverse path", state.refused);
  if (state.bridgedTo !== null) return bridged(world, state, state.bridgedTo);
  const own = topology.servers.get(state.at);
  if (state.encapsulation !== null && own !== undefined && addressOf(own) === state.encapsulation.destination)
    return forward(world, { ...state, encapsulation: null });
  if (state.encapsulation !== null) return carriedOn(world, state, state.encapsulation);
  const isNode = own?.kind === "node";
  if (isNode && inServiceRange(plan, state.destination)) return atService(world, state);
  if (state.nodePort && topology.owner(state.destination)?.machine === state.at) return atNodePort(world, state);
  if (topology.owner(state.destination)?.machine === state.at)
    return { hops: [hop(state, "receive", state.ttl)], next: [], drops: [] };
  const node = isNode ? world.podNode(state.destination) : null;
  const ttl = state.own ? state.ttl : state.ttl - 1;
  if (node === state.at)
    return ttl < 1
      ? dropped(state, "ttl", "its TTL is used up")
      : across(
          state,
          { ...state, ttl },
          null,
          [crossing(`pod:${node}`, VETH, clusterLab(plan).calico.podMtu, null)],
          [],
        );
  if (node !== null && felixRoutesPods(plan.calico)) return byFelix(world, { ...state, ttl }, node);
  // The pool's natOutgoing: what leaves the pods' network goes with the node's address.
  const leaves = inPodPool(plan, state.source) && !inPodPool(plan, state.destination);
  const translated = isNode && !fabricKnowsPods(plan.calico) && leaves;
  return routed(world, state, state.destination, {
    ...state,
    ttl,
    source: translated ? addressOf(own) : state.source,
  });
}

function atPod({ plan }: World, state: PacketState): StepOutcome {
  if (!state.own) return { hops: [hop(state, "receive", state.ttl)], next: [], drops: [] };
  return across(
    state,
    { ...state, own: false },
    null,
    [crossing(state.at.slice("pod:".length), VETH, clusterLab(plan).calico.podMtu, null)],
    [],
    "send",
  );
}

/** kube-proxy translates the destination to that of a backend, each as likely as the other; what it doesn't know goes on as it is. */
function atService(world: World, state: PacketState): StepOutcome {
  const { plan, services, topology } = world;
  const service = services.find((each) => each.address === state.destination);
  if (service === undefined) {
    // Felix drops what kube-proxy left alone in an announced service range (serviceLoopPrevention: Drop): it would go round for ever.
    if (announcesServices(plan))
      return dropped(
        state,
        "policy",
        `no service has ${state.destination}, and Felix drops packets to unused addresses of the announced range (serviceLoopPrevention)`,
      );
    return routed(world, state, state.destination, { ...state, ttl: state.own ? state.ttl : state.ttl - 1 });
  }
  const addresses = service.nodes.flatMap((node) =>
    service.pods ? (topology.alive(node) ? (world.podOf(node) ?? []) : []) : addressOf(serverOf(plan, node)),
  );
  if (addresses.length === 0)
    return dropped(state, "no endpoint", `service ${service.name} has no node its pods may run on`);
  // kube-proxy (clusterCIDR) puts the node's address in the place of one that is no pod's, so that the answer comes back here to be translated.
  const source = inPodRange(plan, state.source) ? state.source : addressOf(serverOf(plan, state.at));
  // Pods may have addresses of the service range, which a rule refuses: an address is translated once.
  const translated = addresses.filter((destination) => !inServiceRange(plan, destination));
  if (translated.length < addresses.length)
    return dropped(
      state,
      "no endpoint",
      `pods behind service ${service.name} have addresses of the service range ${clusterLab(plan).cluster.serviceCidr}`,
    );
  return join(translated.map((destination) => forward(world, { ...state, destination, source })));
}

/**
 * kube-proxy at a port of a node. What comes from outside of the cluster goes to the node's own pods, with its source as it is; what comes from a pod or from the node
 * itself goes to any, as for the service's address.
 *
 * Source: https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy
 */
function atNodePort(world: World, state: PacketState): StepOutcome {
  const { plan } = world;
  const fact = defined(nodePortOf(plan), "a service with a port on every node");
  const inside = state.own || inPodRange(plan, state.source);
  const nodes = fact.nodes.filter((node) => inside || node === state.at);
  const pods = nodes.flatMap((node) => (world.topology.alive(node) ? (world.podOf(node) ?? []) : []));
  const none = dropped(
    state,
    "no endpoint",
    `${state.at} hands packets from outside to its own pods of service ${fact.service} alone (externalTrafficPolicy: Local), and ${
      fact.nodes.includes(state.at) ? "may have none" : "has none"
    }`,
  );
  const source = state.own ? addressOf(serverOf(plan, state.at)) : state.source;
  const taken = pods.map((destination) => forward(world, { ...state, destination, source, nodePort: false }));
  return join(inside || (fact.everywhere && taken.length > 0) ? taken : [...taken, none]);
}

/** By Felix's route to the node that has the pod: into the tunnel, or across the subnet that both nodes are on. */
function byFelix(world: World, state: PacketState, node: string): StepOutcome {
  const plan = clusterLab(world.plan);
  const to = serverOf(plan, node);
  const header = encapsulationOf(plan, homeOf(serverOf(plan, state.at)), homeOf(to));
  return header === null ? routed(world, state, addressOf(to), state) : encapsulated(world, state, header);
}

/** Into a tunnel: the inner packet is routed once, here. */
function encapsulated(world: World, state: PacketState, encapsulation: OuterHeader): StepOutcome {
  if (state.ttl < 1) return dropped(state, "ttl", "its TTL is used up");
  return routed(world, state, encapsulation.destination, { ...state, encapsulation });
}

/** On its way in a tunnel, at a machine where the tunnel should not end. */
function carriedOn(world: World, state: PacketState, { destination }: OuterHeader): StepOutcome {
  return world.topology.owner(destination)?.machine === state.at
    ? dropped(state, "no tunnel", `${state.at} has ${destination}, where the outer header leads, and no tunnel`)
    : routed(world, state, destination, state);
}

/** By the machine's table, to every next hop of the route. `sent` is the packet as it leaves. */
function routed(world: World, state: PacketState, towards: Address, sent: PacketState): StepOutcome {
  if (sent.ttl < 1) return dropped(state, "ttl", "its TTL is used up");
  const route = world.routing.lookup(state.at, towards);
  if (route === null) return dropped(state, "no route", `${state.at} has no route to ${towards}`);
  if (route.kind === "blackhole")
    return dropped(
      state,
      "blackhole",
      `${state.at} discards what ${route.prefix} covers and no longer prefix does`,
      route.prefix,
    );
  if (route.kind === "unreachable")
    return dropped(
      state,
      "no route",
      `${state.at} has learned ${route.prefix}, and no way to its next hop`,
      route.prefix,
    );
  const tunnelled = route.nextHops.filter((hop) => hop.interface === TUNNEL_DEVICES.ipip);
  if (tunnelled.length > 0) {
    const plan = clusterLab(world.plan);
    const from = homeOf(serverOf(plan, state.at));
    const headers = tunnelled.flatMap((hop) => encapsulationOf(plan, from, hop) ?? []);
    return join(headers.map((header) => encapsulated(world, sent, header)));
  }
  const gateways = route.kind === "connected" ? [{ interface: route.interface, address: towards }] : route.nextHops;
  const exits = gateways.map((gateway) =>
    exit(world, state.at, gateway.interface, gateway.address, sent.encapsulation),
  );
  const drops = exits.flatMap((each) => ("cause" in each ? [{ at: state.at, ...each }] : []));
  const open = exits.flatMap((each) => ("cause" in each ? [] : [each]));
  if (open.length === 0)
    return {
      hops: [hop(state, "drop", state.ttl, route.prefix, drops.map((each) => each.reason).join("; "))],
      next: [],
      drops,
    };
  const { hops, next: unfiltered } = across(
    state,
    sent,
    route.prefix,
    open.map((each) => each.crossing),
    open.map((each) => each.bridgedTo),
    state.own ? "send" : "route",
  );
  const source = sent.encapsulation?.source ?? sent.source;
  const next = unfiltered.flatMap((each, i) =>
    each.bridgedTo !== null
      ? [each]
      : filtered(each, world.reversePath.refusal(each.at, open[i]?.ingress ?? "", source)),
  );
  return { hops, next, drops };
}

/** What arrives, and what the filter of the machine drops there. */
const filtered = (state: PacketState, refusal: Refusal | null): PacketState[] =>
  refusal === null ? [state] : [...(refusal.sure ? [] : [state]), { ...state, refused: refusal.reason }];

/** `ingress`: the interface by which the machine at the other end gets it. */
interface Exit {
  readonly crossing: Crossing;
  readonly bridgedTo: string | null;
  readonly ingress: string;
}

/** Out of an interface to a next hop on its subnet. */
function exit(
  { topology }: World,
  at: string,
  out: string,
  gateway: Address,
  encapsulation: OuterHeader | null,
): Exit | Omit<Drop, "at"> {
  const owner = topology.owner(gateway);
  const server = owner === null ? undefined : topology.servers.get(owner.machine);
  const unanswered: Omit<Drop, "at"> = {
    cause: "no such address",
    reason: `nobody behind ${at} ${out} has ${gateway}`,
  };
  if (owner === null) return unanswered;
  const through = (link: LinkPlan, to: string, bridgedTo: string | null): Exit => ({
    crossing: crossing(to, link.name, link.mtu, encapsulation),
    bridgedTo,
    ingress: link.a.machine === to ? link.a.interface : link.b.interface,
  });
  const here = uplinkOn(server, at);
  if (server !== undefined && here !== undefined && topology.leaves.has(at)) {
    const cable = topology.cable({ machine: at, interface: here.leafPort });
    return cable === null ? down(at, here.leafPort) : through(cable.link, server.name, null);
  }
  const cable = topology.cable({ machine: at, interface: out });
  if (cable === null) return topology.leaves.has(at) && !out.startsWith("swp") ? unanswered : down(at, out);
  const { link, far } = cable;
  if (owner.machine === far.machine) return through(link, far.machine, null);
  return server !== undefined && uplinkOn(server, far.machine) !== undefined
    ? through(link, far.machine, server.name)
    : unanswered;
}

/** The cable of a server to a leaf; undefined if it has none. */
const uplinkOn = (server: ServerPlan | undefined, leaf: string): Uplink | undefined =>
  server?.uplinks.find((each) => each.leaf === leaf);

const down = (at: string, port: string): Omit<Drop, "at"> => ({
  cause: "link down",
  reason: `${at} ${port} has no carrier`,
});

/** A frame between two servers of one leaf: no routing, no TTL. */
function bridged({ topology, reversePath }: World, state: PacketState, to: string): StepOutcome {
  const port = defined(uplinkOn(topology.servers.get(to), state.at), `uplink of ${to} to ${state.at}`).leafPort;
  const cable = topology.cable({ machine: state.at, interface: port });
  if (cable === null) return dropped(state, "link down", `${state.at} ${port} has no carrier`);
  const over = across(
    state,
    { ...state, bridgedTo: null },
    null,
    [crossing(to, cable.link.name, cable.link.mtu, state.encapsulation)],
    [],
    "bridge",
  );
  const refused = reversePath.refusal(to, cable.far.interface, state.encapsulation?.source ?? state.source);
  return { ...over, next: over.next.flatMap((each) => filtered(each, refused)) };
}

const crossing = (to: string, link: string, mtu: number, encapsulation: OuterHeader | null): Crossing => ({
  to,
  link,
  mtu,
  encapsulation,
});

function across(
  state: PacketState,
  sent: PacketState,
  route: string | null,
  out: readonly Crossing[],
  bridgedTo: readonly (string | null)[],
  action?: Hop["action"],
): StepOutcome {
  const left: Hop = {
    at: state.at,
    action: action ?? (state.own ? "send" : "route"),
    ttl: sent.ttl,
    source: sent.source,
    destination: sent.destination,
    route,
    out,
    reason: "",
  };
  return {
    hops: [left],
    next: out.map((each, i) => ({ ...sent, at: each.to, bridgedTo: bridgedTo[i] ?? null, own: false })),
    drops: [],
  };
}

function hop(state: PacketState, action: Hop["action"], ttl: number, route: string | null = null, reason = ""): Hop {
  return { at: state.at, action, ttl, source: state.source, destination: state.destination, route, out: [], reason };
}

function dropped(state: PacketState, cause: DropCause, reason: string, route: string | null = null): StepOutcome {
  return { hops: [hop(state, "drop", state.ttl, route, reason)], next: [], drops: [{ at: state.at, cause, reason }] };
}

const join = (all: readonly StepOutcome[]): StepOutcome => ({
  hops: all.flatMap((each) => each.hops),
  next: all.flatMap((each) => each.next),
  drops: all.flatMap((each) => each.drops),
});
