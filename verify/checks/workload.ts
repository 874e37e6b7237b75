import { nodesOf } from "../../plan/lookup";
import { objects, podState, workloadPods } from "../facts/kubernetes";
import { equal, list } from "../rows";
import { kubelet } from "../patience";
import { ofCluster } from "../cluster";
import { deploymentRow } from "./system";

/** The demo workload: all replicas Ready, and on as many nodes as it can have. */
export const workload = ofCluster({
  id: "workload",
  title: "Demo workload",
  needs: "a workload",
  patience: kubelet,
  run: async (lab) => {
    const { workload: plan } = lab.plan;
    if (plan === null) return [];
    const [deployments, pods] = await Promise.all([objects(lab, "Deployment"), workloadPods(lab)]);
    const workers = nodesOf(lab.plan).filter((node) => node.role === "worker").length;
    const used = [
      ...new Set(pods.flatMap((pod) => (podState(pod) === "Running, Ready" ? (pod.spec?.nodeName ?? []) : []))),
    ].sort();
    const wanted = Math.min(plan.replicas, workers);
    return [
      deploymentRow(
        `${plan.namespace}/${plan.name}`,
        deployments.find((each) => each.metadata.namespace === plan.namespace && each.metadata.name === plan.name),
        plan.replicas,
      ),
      equal(
        `${plan.namespace}/${plan.name} replicas`,
        `${plan.replicas}`,
        `${pods.filter((pod) => podState(pod) === "Running, Ready").length}`,
      ),
      {
        subject: "nodes with a replica",
        expected: `${wanted}`,
        seen: `${used.length}: ${list(used)}`,
        ok: used.length === wanted,
      },
    ];
  },
});
