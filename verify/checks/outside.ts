import { fabricKnowsPods } from "../../plan/calico";
import { announcesServices } from "../../plan/cluster";
import { hostsOf } from "../../plan/lookup";
import { blocksFor, endpointNamed, tracerOf } from "../../plan/paths";
import { predictLab } from "../../plan/prediction";
import type { Address, HostPlan } from "../../plan/types";
import { output } from "../access";
import { liveOptions } from "../facts/bgp";
import { objects, testPods, workloadPods, type PodFact } from "../facts/kubernetes";
import { parsePing, pingText } from "../facts/ping";
import { eachOf, equal, list } from "../rows";
import { felix } from "../patience";
import { ofCluster, type ClusterLabAccess } from "../cluster";
import type { Row } from "../types";

const REQUESTS = 24;

/** From every machine outside the cluster: pods answer, from as far away as predicted, and where nodes announce them the service's cluster address does. */
export const outside = ofCluster({
  id: "outside",
  title: "Pods and services from outside the cluster",
  patience: felix,
  needs: "a host, and pods that the fabric has routes to",
  run: async (lab) => {
    if (hostsOf(lab.plan).length === 0 || !fabricKnowsPods(lab.plan.calico)) return [];
    const pods = await testPods(lab);
    const [pings, services] = await Promise.all([
      eachOf(
        hostsOf(lab.plan).flatMap((host) => pods.map((pod) => ({ host, pod }))),
        ({ host, pod }) => pairText(host, pod),
        ({ host, pod }) => pingRows(lab, host, pod),
      ),
      eachOf(
        hostsOf(lab.plan),
        ({ name }) => name,
        (host) => serviceRows(lab, host),
      ),
    ]);
    return [...pings, ...services];
  },
});

/**
 * The shell text: HTTP requests one after the other, each on a connection of its own, the first line of each answer. The first request without an
 * answer is the last: every further one would wait as long, and the row has failed.
 */
export function requestsScript(address: Address, port: number): string {
  const request = `exec 3<>/dev/tcp/${address}/${port}; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; head -1 <&3`;
  return `for i in $(seq ${REQUESTS}); do
  answer=$(timeout 3 bash -c '${request}' 2>&1 | tr -d "\\r")
  echo "\${answer:-no answer}"
  case $answer in HTTP*) ;; *) break ;; esac
done`;
}

const pairText = (host: HostPlan, pod: PodFact): string => `${host.name} > ${pod.node} ${pod.address}`;

async function pingRows(lab: ClusterLabAccess, host: HostPlan, pod: PodFact): Promise<Row[]> {
  const tracer = await lab.once("outside tracer", async () => {
    const prediction = predictLab(lab.plan, await liveOptions(lab));
    return { trace: tracerOf(lab.plan, prediction), blocks: blocksFor(lab.plan, prediction) };
  });
  const named = (text: string): ReturnType<typeof endpointNamed> => endpointNamed(text, lab.plan, tracer.blocks);
  // The TTL that is seen is the answer's.
  const { ttls } = tracer.trace.trace(named(pod.address), named(host.name));
  const seen = pingText(parsePing(await output(lab, host.name, `ping -n -c 2 -i 0.2 -W 2 ${pod.address}`)));
  const allowed = ttls.map((ttl) => `2 of 2, ttl=${ttl}`);
  return [{ subject: pairText(host, pod), expected: allowed.join(" or "), seen, ok: allowed.includes(seen) }];
}

async function serviceRows(lab: ClusterLabAccess, host: HostPlan): Promise<Row[]> {
  const { workload } = lab.plan;
  if (workload === null || !announcesServices(lab.plan)) return [];
  const address = (await objects(lab, "Service")).find(
    (each) => each.metadata.namespace === workload.namespace && each.metadata.name === workload.service,
  )?.spec?.clusterIP;
  const ready = (await workloadPods(lab)).length;
  if (address === undefined || ready === 0)
    return [equal(`${host.name} > ${workload.service}`, "a cluster address and pods", "none")];
  const printed = await output(lab, host.name, requestsScript(address, workload.port), { timeoutMs: 100_000 });
  const answers = printed.trim().split("\n");
  const kinds = [
    ...new Set(answers.map((line) => (/^HTTP\S* \d+/.exec(line)?.[0] ?? line).replace(/^HTTP\S* /, "HTTP "))),
  ].sort();
  return [
    equal(
      `${host.name} > ${workload.service} ${address}`,
      `${REQUESTS} answers: HTTP 200`,
      `${answers.length} answers: ${list(kinds)}`,
    ),
  ];
}
