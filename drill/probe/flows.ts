import { announcesServices } from "../../plan/cluster";
import { addressOf, homeOf, hostPart, hostsOf, leavesOf, nodesOf } from "../../plan/lookup";
import type { Address, LabPlan, ServerPlan } from "../../plan/types";
import type { ProbeFlow, ProbeSource } from "./types";

/** A pod that can be an end of a flow. */
export interface Pod {
  readonly node: string;
  readonly address: Address;
  readonly namespace: string;
}
export interface Service {
  readonly name: string;
  readonly address: Address;
  readonly port: number;
}

/** The most flows between pods. Each is a process on its node, and the host that runs the lab has other work. */
const MOST_PINGS = 12;
const PING_MS = 50;
const REQUEST_MS = 100;

/**
 * What is probed: echoes between pods of different racks, both ways, one pod a node; requests to the service from a pod of each rack and, where the
 * service range is announced, from every machine outside the cluster.
 *
 * A lab whose pods are all in one rack has echoes between its nodes instead.
 */
export function probeFlowsOf(plan: LabPlan, pods: readonly Pod[], service: Service | null): ProbeFlow[] {
  const leafOf = new Map(nodesOf(plan).map((each) => [each.name, homeOf(each).leaf]));
  const firsts = firstOfEach([...pods].sort(byNode), ({ node }) => node);
  const pairs = pairsOf(firsts);
  const across = pairs.filter(({ from, to }) => leafOf.get(from.node) !== leafOf.get(to.node));
  const racks = firstOfEach(firsts, ({ node }) => leafOf.get(node));
  const outside = announcesServices(plan) ? hostsOf(plan) : [];
  return [
    ...spread(across.length > 0 ? across : pairs).map(({ from, to }) => echo(podSource(from), podSource(to))),
    ...(service === null
      ? []
      : [
          ...racks.map((pod) => request(`${pod.node} ${pod.address}`, podSource(pod), service)),
          ...outside.map((host) => request(`${host.name} ${addressOf(host)}`, serverSource(host), service)),
        ]),
  ];
}

/**
 * What is probed in a fabric alone: echoes between machines of different racks, both ways, one a rack; between loopbacks of leaves where racks have none.
 */
export function fabricFlowsOf(plan: LabPlan): ProbeFlow[] {
  const firsts = firstOfEach(hostsOf(plan), (host) => homeOf(host).leaf);
  const ends =
    firsts.length > 1
      ? firsts.map(serverSource)
      : leavesOf(plan).map(({ name, loopback }) => machineSource(name, hostPart(loopback)));
  return spread(pairsOf(ends)).map(({ from, to }) => echo(from, to));
}

/** The first of all that are alike by a key. */
function firstOfEach<T>(all: readonly T[], key: (one: T) => unknown): T[] {
  return all.filter((each, i) => all.findIndex((other) => key(other) === key(each)) === i);
}

/** Every ordered pair of two different ones. */
function pairsOf<T>(all: readonly T[]): { readonly from: T; readonly to: T }[] {
  return all.flatMap((from) => all.filter((to) => to !== from).map((to) => ({ from, to })));
}

const byNode = (a: Pod, b: Pod): number =>
  a.node < b.node ? -1 : a.node > b.node ? 1 : a.address < b.address ? -1 : 1;
const machineSource = (machine: string, address: Address): ProbeSource => ({ machine, namespace: null, address });
/** A server itself as the end of a flow. */
export const serverSource = (server: ServerPlan): ProbeSource => machineSource(server.name, addressOf(server));
const podSource = (pod: Pod): ProbeSource => ({ machine: pod.node, namespace: pod.namespace, address: pod.address });

/** Takes some of a list that is too long, evenly spaced, so that every node stays an end of some flow. */
function spread<T>(all: readonly T[]): T[] {
  if (all.length <= MOST_PINGS) return [...all];
  return Array.from({ length: MOST_PINGS }, (_, i) => all[Math.floor((i * all.length) / MOST_PINGS)]).filter(
    (each): each is T => each !== undefined,
  );
}

/** ICMP echoes from one end to the other. */
export function echo(from: ProbeSource, to: ProbeSource, intervalMs: number = PING_MS): ProbeFlow {
  return {
    name: `${from.machine} ${from.address} > ${to.machine} ${to.address}`,
    kind: "ping",
    source: from,
    to: to.machine,
    address: to.address,
    port: 0,
    intervalMs,
  };
}

function request(from: string, source: ProbeSource, service: Service): ProbeFlow {
  return {
    name: `${from} > ${service.name} ${service.address}:${service.port}`,
    kind: "http",
    source,
    to: null,
    address: service.address,
    port: service.port,
    intervalMs: REQUEST_MS,
  };
}
