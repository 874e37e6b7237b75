import { hasCluster } from "../../cluster";
import { nodesOf } from "../../lookup";
import { speakerMarks } from "../../render/speaker";
import type { LabPlan, NodePlan } from "../../types";
import type { Registered } from "./registered";
import type { Labels } from "./selector";

/** Labels of every node of the stack's labs, by its name in Kubernetes: kubelet's and kubeadm's, those that the lab gives it, and those of registered Node objects. */
export function labelsOfNodes({ labs, labelled }: Registered): ReadonlyMap<string, Labels> {
  return new Map(
    labs.flatMap(({ plan }) =>
      nodesOf(plan).map((node): [string, Labels] => [
        node.hostname,
        {
          ...ownLabels(node),
          ...givenLabels(node, plan),
          ...Object.fromEntries(
            labelled.filter(({ object }) => object === node.hostname).flatMap(({ labels }) => Object.entries(labels)),
          ),
        },
      ]),
    ),
  );
}

/** Source: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const ownLabels = ({ hostname, role }: NodePlan): Labels => ({
  "kubernetes.io/hostname": hostname,
  "kubernetes.io/os": "linux",
  ...(role === "control-plane"
    ? { "node-role.kubernetes.io/control-plane": "", "node.kubernetes.io/exclude-from-external-load-balancers": "" }
    : {}),
});

function givenLabels(node: NodePlan, plan: LabPlan): Labels {
  if (node.bgp === null || !hasCluster(plan)) return {};
  const { labels } = speakerMarks(node, plan);
  return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
