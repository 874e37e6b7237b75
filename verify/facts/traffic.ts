import { shellProgram } from "../../common/shell-program";
import { homeOf, nodeOf, nodesOf } from "../../plan/lookup";
import type { Address } from "../../plan/types";
import { output } from "../access";
import type { ClusterLabAccess } from "../cluster";
import { testPods, type PodFact } from "./kubernetes";
import { namespacesOf } from "./namespaces";
import { parsePing, type PingResult } from "./ping";
import { parseCapture, tunnelFilter, type CapturedEcho } from "./tcpdump";

/** One ping from a pod to a pod of another or the same node. */
export interface PodPing {
  readonly from: PodFact;
  readonly to: PodFact;
  /** `full`: one packet of the pods' MTU that must not be fragmented. */
  readonly kind: "normal" | "full";
  /** Null when the source pod's network namespace was not found. */
  readonly result: PingResult | null;
}

/** Pings of all pods of a node, and what passed the node's uplink meanwhile. */
export interface NodeTraffic {
  readonly node: string;
  readonly probes: readonly PodPing[];
  readonly captured: readonly CapturedEcho[];
}

/** IP and ICMP headers in front of ping's payload. */
const PING_HEADERS = 28;
const PARALLEL = 32;

interface Job {
  readonly kind: PodPing["kind"];
  readonly namespace: string;
  readonly target: Address;
  readonly options: string;
}

/** Shell text that sends the traffic of a node and shows what passed the node's uplink meanwhile; `parseTraffic` reads what it prints. */
export const trafficScript = (uplink: string, port: number, jobs: readonly Job[]): string =>
  shellProgram("verify/scripts/traffic.sh", [
    uplink,
    `${tunnelFilter(port)} or icmp`,
    String(PARALLEL),
    ...jobs.map((job) => `${job.kind} ${job.namespace} ${job.target} ${job.options}`),
  ]);

/** Splits the script's output: pings by "kind namespace target", and the capture's text. */
export function parseTraffic(text: string): { pings: Map<string, PingResult>; captured: CapturedEcho[] } {
  const pings = new Map<string, PingResult>();
  let captured: CapturedEcho[] = [];
  for (const part of text.split(/^### /m).slice(1)) {
    const end = part.indexOf("\n");
    const key = part.slice(0, end);
    const rest = part.slice(end + 1);
    if (key === "capture") captured = parseCapture(rest);
    else pings.set(key, parsePing(rest));
  }
  return { pings, captured };
}

/** Sends the traffic of all nodes, all at the same time. A node that could not is an Error in its place. */
export function traffic(lab: ClusterLabAccess): Promise<(NodeTraffic | { node: string; error: unknown })[]> {
  return lab.once("traffic", async () => {
    const pods = await testPods(lab);
    const nodes = nodesOf(lab.plan).filter((node) => pods.some((pod) => pod.node === node.name));
    return Promise.all(
      nodes.map((node) => nodeTraffic(lab, node.name, pods).catch((error: unknown) => ({ node: node.name, error }))),
    );
  });
}

async function nodeTraffic(lab: ClusterLabAccess, node: string, pods: readonly PodFact[]): Promise<NodeTraffic> {
  const uplink = homeOf(nodeOf(lab.plan, node)).interface;
  const namespaces = new Map((await namespacesOf(lab, node)).map((each) => [each.address, each.namespace]));
  const planned = plannedProbes(node, pods);
  const options = { normal: "-c 2 -i 0.2", full: `-c 1 -M do -s ${lab.plan.calico.podMtu - PING_HEADERS}` };
  const jobs = planned.flatMap(({ from, to, kind }): Job[] => {
    const namespace = namespaces.get(from.address);
    return namespace === undefined ? [] : [{ kind, namespace, target: to.address, options: options[kind] }];
  });
  const seen =
    jobs.length === 0
      ? { pings: new Map<string, PingResult>(), captured: [] }
      : parseTraffic(
          await output(lab, node, trafficScript(uplink, lab.plan.calico.vxlan.port, jobs), { timeoutMs: 60_000 }),
        );
  const probes = planned.map((probe) => ({
    ...probe,
    result: seen.pings.get(`${probe.kind} ${namespaces.get(probe.from.address) ?? ""} ${probe.to.address}`) ?? null,
  }));
  return { node, probes, captured: seen.captured };
}

/** Every pod of the node to every other pod; a full-sized packet to the first pod of each other node, from the node's first pod. */
function plannedProbes(node: string, pods: readonly PodFact[]): Omit<PodPing, "result">[] {
  const own = pods.filter((pod) => pod.node === node);
  const normal = own.flatMap((from) =>
    pods.filter((to) => to !== from).map((to) => ({ from, to, kind: "normal" as const })),
  );
  const firsts = pods.filter((pod, i) => pod.node !== node && pods.findIndex((other) => other.node === pod.node) === i);
  return [...normal, ...own.slice(0, 1).flatMap((from) => firsts.map((to) => ({ from, to, kind: "full" as const })))];
}
