import { homeOf, nodeOf, nodesOf } from "../../plan/lookup";
import type { Address } from "../../plan/types";
import { output } from "../access";
import type { LabAccess } from "../types";
import { testPods, type PodFact } from "./kubernetes";
import { namespacesOf } from "./namespaces";
import { parsePing, type PingResult } from "./ping";
import { parseCapture, type CapturedEcho } from "./tcpdump";

/** One ping from a pod to a pod of another or the same node. */
export interface Probe {
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
  readonly probes: readonly Probe[];
  readonly captured: readonly CapturedEcho[];
}

/** IP and ICMP headers in front of ping's payload. */
const PING_HEADERS = 28;
const PARALLEL = 32;

interface Job {
  readonly kind: Probe["kind"];
  readonly namespace: string;
  readonly target: Address;
  readonly options: string;
}

/**
 * The shell text: starts the capture, waits until it listens, pings all targets at the same time, ends the capture, prints both.
 * The pings go from the pods' own network namespaces, with the node's programs: images of pods need not hold any.
 */
export function trafficScript(uplink: string, port: number, jobs: readonly Job[]): string {
  return `d=$(mktemp -d /run/fabriclab-verify.XXXXXX); trap 'kill $t 2>/dev/null; rm -rf "$d"' EXIT
tcpdump --immediate-mode -l -nn -e -T vxlan -i ${uplink} 'udp port ${port} or icmp' >"$d/capture" 2>"$d/log" & t=$!
for i in $(seq 100); do grep -q 'listening on' "$d/log" && break; kill -0 $t 2>/dev/null || break; sleep 0.05; done
grep -q 'listening on' "$d/log" || { cat "$d/log" >&2; exit 1; }
xargs -P ${PARALLEL} -L 1 sh -c 'k=$0; ns=$1; to=$2; shift 2; out=$(nsenter --net=/run/netns/$ns ping -n -W 2 "$@" $to 2>&1); printf "### %s %s %s\\n%s\\n" $k $ns $to "$out"' <<'JOBS' >"$d/pings"
${jobs.map((job) => `${job.kind} ${job.namespace} ${job.target} ${job.options}`).join("\n")}
JOBS
sleep 0.2; kill -INT $t; wait $t
cat "$d/pings"; echo "### capture"; cat "$d/capture"
`;
}

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
export function traffic(lab: LabAccess): Promise<(NodeTraffic | { node: string; error: unknown })[]> {
  return lab.once("traffic", async () => {
    const pods = await testPods(lab);
    const nodes = nodesOf(lab.plan).filter((node) => pods.some((pod) => pod.node === node.name));
    return Promise.all(
      nodes.map((node) => nodeTraffic(lab, node.name, pods).catch((error: unknown) => ({ node: node.name, error }))),
    );
  });
}

async function nodeTraffic(lab: LabAccess, node: string, pods: readonly PodFact[]): Promise<NodeTraffic> {
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
function plannedProbes(node: string, pods: readonly PodFact[]): Omit<Probe, "result">[] {
  const own = pods.filter((pod) => pod.node === node);
  const normal = own.flatMap((from) =>
    pods.filter((to) => to !== from).map((to) => ({ from, to, kind: "normal" as const })),
  );
  const firsts = pods.filter((pod, i) => pod.node !== node && pods.findIndex((other) => other.node === pod.node) === i);
  return [...normal, ...own.slice(0, 1).flatMap((from) => firsts.map((to) => ({ from, to, kind: "full" as const })))];
}
