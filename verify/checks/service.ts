import type { Address, WorkloadPlan } from "../../plan/types";
import { output } from "../access";
import { objects, testPods, workloadPods, type PodFact } from "../facts/kubernetes";
import { namespaceOf } from "../facts/namespaces";
import { eachOf, equal } from "../rows";
import { felix } from "../patience";
import { ofCluster, type ClusterLabAccess } from "../cluster";
import type { Row } from "../types";

/** Requests from each node: with two backends, a right balancer picks the same one for all of them once in eight million runs. */
const REQUESTS = 24;

/**
 * The shell text: HTTP requests from a pod's network namespace, each on a connection of its own; then the node's connection table, which says where
 * the address translation sent each. The first request that gets no answer is the last: every further one would wait as long, and the row has failed.
 */
export function serviceScript(namespace: string, address: Address, port: number): string {
  return `nsenter --net=/run/netns/${namespace} curl -s --fail-early -m 5 -H 'Connection: close' -o /dev/null -w 'HTTP %{http_code} from %{local_port}\\n' 'http://${address}:${port}/?[1-${REQUESTS}]' || true
conntrack -L -p tcp -d ${address} 2>/dev/null || true`;
}

export interface ServiceAnswers {
  readonly codes: readonly string[];
  readonly backends: readonly Address[];
}

/**
 * Reads the script's output: the status of each request, and the backends that they went to. Connections are told from older ones in the table,
 * whose backends may be gone, by their ports.
 */
export function parseAnswers(text: string, client: Address): ServiceAnswers {
  const requests = [...text.matchAll(/^HTTP (\d+) from (\d+)$/gm)].map((match) => ({
    code: match[1] ?? "",
    port: match[2],
  }));
  const flows = [...text.matchAll(/^tcp .*?\bsrc=(\S+) dst=\S+ sport=(\d+) dport=\d+ .*?\bsrc=(\S+) dst=\S+/gm)];
  const own = flows.filter((flow) => flow[1] === client && requests.some((request) => request.port === flow[2]));
  return {
    codes: requests.map((request) => request.code),
    backends: [...new Set(own.map((flow) => flow[3] ?? ""))].sort(),
  };
}

/** The workload's service answers on its cluster address from a pod of every node, by several of its backends. */
export const service = ofCluster({
  id: "service",
  title: "Service address from pods",
  patience: felix,
  needs: "a workload",
  run: async (lab) => {
    const { workload } = lab.plan;
    if (workload === null) return [];
    const found = (await objects(lab, "Service")).find(
      (each) => each.metadata.namespace === workload.namespace && each.metadata.name === workload.service,
    );
    const address = found?.spec?.clusterIP;
    if (address === undefined)
      return [equal(`${workload.namespace}/${workload.service}`, "a cluster address", "no such service")];
    const ready = (await workloadPods(lab)).flatMap((pod) => pod.status?.podIP ?? []);
    const pods = await testPods(lab);
    const sources = pods.filter((pod, i) => pods.findIndex((other) => other.node === pod.node) === i);
    return eachOf(
      sources,
      (pod) => subject(pod, address),
      (pod) => rowsFrom(lab, pod, workload, address, ready),
    );
  },
});

const subject = (pod: PodFact, address: Address): string => `${pod.node} ${pod.address} > ${address}`;

async function rowsFrom(
  lab: ClusterLabAccess,
  pod: PodFact,
  workload: WorkloadPlan,
  address: Address,
  ready: readonly Address[],
): Promise<Row[]> {
  const { namespace } = await namespaceOf(lab, pod.node, pod.address);
  return [
    serviceRow(
      pod,
      address,
      ready,
      parseAnswers(
        await output(lab, pod.node, serviceScript(namespace, address, workload.port), { timeoutMs: 60_000 }),
        pod.address,
      ),
    ),
  ];
}

export function serviceRow(pod: PodFact, address: Address, ready: readonly Address[], seen: ServiceAnswers): Row {
  const good = seen.codes.filter((code) => code === "200").length;
  const least = Math.min(2, ready.length);
  const strangers = seen.backends.filter((backend) => !ready.includes(backend));
  const ok = good === REQUESTS && least > 0 && seen.backends.length >= least && strangers.length === 0;
  const worst = seen.codes.find((code) => code !== "200");
  return {
    subject: subject(pod, address),
    expected: `${REQUESTS} of ${REQUESTS} answers 200, ${ready.length > 2 ? `2 to ${ready.length}` : ready.length} backends`,
    seen: `${good} of ${seen.codes.length} answers 200${worst === undefined ? "" : ` (others ${worst})`}, ${seen.backends.length} backends${strangers.length > 0 ? `, unknown ${strangers.join(", ")}` : ""}`,
    ok,
  };
}
