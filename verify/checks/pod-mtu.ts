import { testPods, type PodFact } from "../facts/kubernetes";
import { namespaceOf } from "../facts/namespaces";
import { eachOf, equal } from "../rows";
import type { PingResult } from "../facts/ping";
import type { PodPing } from "../facts/traffic";
import type { ClusterLabPlan } from "../../plan/cluster";
import { felix } from "../patience";
import { ofCluster } from "../cluster";
import type { Row } from "../types";
import { pairText, probeRows } from "./pod-paths";

/** Pods have the planned MTU, and packets of just that size pass between all nodes unfragmented. */
export const podMtu = ofCluster({
  id: "pod-mtu",
  title: "Pod MTU, and full-sized packets between nodes",
  patience: felix,
  needs: "pods",
  run: async (lab) => {
    const pods = await testPods(lab);
    const mtus = await eachOf(pods, podText, async (pod) => [
      equal(podText(pod), `${lab.plan.calico.podMtu}`, `${(await namespaceOf(lab, pod.node, pod.address)).mtu}`),
    ]);
    return [...mtus, ...(await probeRows(lab, "full", (probe) => fullRow(lab.plan, probe)))];
  },
});

const podText = (pod: PodFact): string => `${pod.namespace}/${pod.name}`;

/** The sender may only believe that the way is narrow: a link that was, is so for it until the kernel forgets. */
const rememberedText = ({ name, node }: PodFact, { remembered }: PingResult): string =>
  remembered === null
    ? ""
    : `; ${name} on ${node} remembers a path MTU of ${remembered.mtu} for ${remembered.seconds} s more, whatever the links take now`;

export function fullRow(plan: ClusterLabPlan, { from, to, result }: PodPing): Row {
  const ok = result !== null && result.sent === 1 && result.received === 1;
  const seen = ok
    ? "arrives"
    : result === null
      ? "the pod's network namespace was not found"
      : `lost${result.error === null ? "" : `: ${result.error}`}${rememberedText(from, result)}`;
  return { subject: `${pairText(from, to)}, ${plan.calico.podMtu} bytes`, expected: "arrives", seen, ok };
}
