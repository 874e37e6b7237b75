import { announcesServices } from "../../plan/cluster";
import { addressOf, homeOf, hostPart, hostsOf, leavesOf, nodesOf } from "../../plan/lookup";
import type { Address, LabPlan } from "../../plan/types";
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
  const firsts = [...pods]
    .sort(byNode)
    .filter((pod, i, all) => all.findIndex((other) => other.node === pod.node) === i);
  const pairs = firsts.flatMap((from) => firsts.filter((to) => to !== from).map((to) => ({ from, to })));
  const across = pairs.filter(({ from, to }) => leafOf.get(from.node) !== leafOf.get(to.node));
  const racks = firsts.filter(
    (pod, i) => firsts.findIndex((other) => leafOf.get(other.node) === leafOf.get(pod.node)) === i,
  );
  const outside = announcesServices(plan) ? hostsOf(plan) : [];
  return [
    ...spread(across.length > 0 ? across : pairs).map(({ from, to }) => ping(from, to)),
    ...(service === null
      ? []
      : [
          ...racks.map((pod) => request(`${pod.node} ${pod.address}`, podSource(pod), service)),
          ...outside.map((host) =>
            request(
              `${host.name} ${addressOf(host)}`,
              { machine: host.name, namespace: null, address: addressOf(host) },
              service,
            ),
          ),
        ]),
  ];
}

/**
 * What is probed in a fabric alone: echoes between machines of different racks, both ways, one a rack; between loopbacks of leaves where racks have none.
 */
export function fabricFlowsOf(plan: LabPlan): ProbeFlow[] {
  const hosts = hostsOf(plan).map((each) => ({ name: each.name, rack: homeOf(each).leaf, address: addressOf(each) }));
  const firsts = hosts.filter((each, i) => hosts.findIndex(({ rack }) => rack === each.rack) === i);
  const leaves = leavesOf(plan).map(({ name, loopback }) => ({ name, address: hostPart(loopback) }));
  const ends = firsts.length > 1 ? firsts : leaves;
  return spread(ends.flatMap((from) => ends.filter((to) => to !== from).map((to) => ({ from, to })))).map(
    ({ from, to }) => ({
      name: `${from.name} ${from.address} > ${to.name} ${to.address}`,
      kind: "ping",
      source: { machine: from.name, namespace: null, address: from.address },
      to: to.name,
      address: to.address,
      port: 0,
      intervalMs: PING_MS,
    }),
  );
}

const byNode = (a: Pod, b: Pod): number =>
  a.node < b.node ? -1 : a.node > b.node ? 1 : a.address < b.address ? -1 : 1;
const podSource = (pod: Pod): ProbeSource => ({ machine: pod.node, namespace: pod.namespace, address: pod.address });

/** Takes some of a list that is too long, evenly spaced, so that every node stays an end of some flow. */
function spread<T>(all: readonly T[]): T[] {
  if (all.length <= MOST_PINGS) return [...all];
  return Array.from({ length: MOST_PINGS }, (_, i) => all[Math.floor((i * all.length) / MOST_PINGS)]).filter(
    (each): each is T => each !== undefined,
  );
}

function ping(from: Pod, to: Pod): ProbeFlow {
  return {
    name: `${from.node} ${from.address} > ${to.node} ${to.address}`,
    kind: "ping",
    source: podSource(from),
    to: to.node,
    address: to.address,
    port: 0,
    intervalMs: PING_MS,
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
