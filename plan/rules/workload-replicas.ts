import { defineRule } from "./rule";

/** kubelet's default limit. */
const PODS_PER_NODE = 110;

export const workloadReplicas = defineRule({
  name: "workload-replicas",
  title: "The demo workload's pods fit on the workers",
  severity: "error",
  source: "kubelet, maxPods; https://kubernetes.io/docs/setup/best-practices/cluster-large/",
  why: "The control plane keeps its taint, and a worker takes 110 pods: the rest would stay Pending, and the lab unfinished.",
  ofCluster: true,
  find: ({ spec }) => {
    if (spec.workload === null) return [];
    const workers = spec.nodes.filter((node) => node.role === "worker").length;
    const { replicas } = spec.workload;
    if (replicas <= workers * PODS_PER_NODE) return [];
    return [
      {
        path: "workload.replicas",
        message: `${replicas} pods don't fit on ${workers} worker${workers === 1 ? "" : "s"} with ${PODS_PER_NODE} pods each`,
        values: { "workload.replicas": String(replicas) },
        remedy:
          workers === 0
            ? "Add a worker, or leave the workload out."
            : `Use ${workers * PODS_PER_NODE} or fewer, or add workers.`,
      },
    ];
  },
});
