import { defineRule } from "./rule";

export const controlPlane = defineRule({
  name: "control-plane",
  title: "The cluster has exactly one control plane",
  severity: "error",
  source: "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/",
  why: "etcd and the API server of this lab run on one node.",
  fixed: "Without a control plane there is no API server to plan for.",
  ofCluster: true,
  find: ({ spec }) => {
    const planes = spec.nodes.filter((node) => node.role === "control-plane");
    if (planes.length === 1) return [];
    return [
      {
        path: "nodes",
        message:
          planes.length === 0
            ? "no node has role control-plane"
            : `${planes.length} nodes have role control-plane: ${planes.map((node) => node.name).join(", ")}`,
        values: Object.fromEntries(planes.map((node) => [`${node.path}.role`, node.role])),
        remedy: planes.length === 0 ? "Give one node role: control-plane." : "Leave one; let the others be workers.",
      },
    ];
  },
});
