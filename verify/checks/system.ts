import { nodesOf } from "../../plan/lookup";
import { objects, podState, type KubeObject } from "../facts/kubernetes";
import { equal } from "../rows";
import type { Check, Row } from "../types";

const NAMESPACE = "kube-system";
const DAEMONS = ["calico-node", "kube-proxy"];
const DEPLOYMENTS = ["calico-kube-controllers", "coredns"];

/** calico-node and kube-proxy run on every node; Calico's controllers and DNS have all their replicas. */
export const system: Check = {
  id: "system",
  title: "Calico and system pods",
  run: async (lab) => {
    const [pods, deployments] = await Promise.all([objects(lab, "Pod"), objects(lab, "Deployment")]);
    return [
      ...DAEMONS.flatMap((name) => nodesOf(lab.plan).map((node) => daemonRow(name, node.name, pods))),
      ...DEPLOYMENTS.map((name) =>
        deploymentRow(
          name,
          deployments.find((each) => each.metadata.namespace === NAMESPACE && each.metadata.name === name),
        ),
      ),
    ];
  },
};

export function daemonRow(name: string, node: string, pods: readonly KubeObject[]): Row {
  const own = pods.filter(
    (pod) =>
      pod.metadata.namespace === NAMESPACE && pod.metadata.labels?.["k8s-app"] === name && pod.spec?.nodeName === node,
  );
  return equal(
    `${name} on ${node}`,
    "Running, Ready",
    own.length === 1 && own[0] !== undefined ? podState(own[0]) : `${own.length} pods`,
  );
}

export function deploymentRow(name: string, deployment: KubeObject | undefined): Row {
  if (deployment === undefined) return equal(name, "all replicas Ready", "no such deployment");
  const wanted = deployment.spec?.replicas ?? 1;
  return equal(name, `${wanted} of ${wanted} Ready`, `${deployment.status?.readyReplicas ?? 0} of ${wanted} Ready`);
}
