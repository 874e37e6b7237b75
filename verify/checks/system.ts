import { nodesOf } from "../../plan/lookup";
import { objects, podState, type KubeObject } from "../facts/kubernetes";
import { equal } from "../rows";
import { kubelet } from "../patience";
import { ofCluster } from "../cluster";
import type { Row } from "../types";

const NAMESPACE = "kube-system";
const DAEMONS = ["calico-node", "kube-proxy"];
/** Replicas that Calico's manifest and kubeadm give them: what runs may have been scaled by hand. */
const DEPLOYMENTS: readonly (readonly [name: string, replicas: number])[] = [
  ["calico-kube-controllers", 1],
  ["coredns", 2],
];

/** calico-node and kube-proxy run on every node; Calico's controllers and DNS have all their replicas. */
export const system = ofCluster({
  id: "system",
  title: "Calico and system pods",
  patience: kubelet,
  run: async (lab) => {
    const [pods, deployments] = await Promise.all([objects(lab, "Pod"), objects(lab, "Deployment")]);
    return [
      ...DAEMONS.flatMap((name) => nodesOf(lab.plan).map((node) => daemonRow(name, node.name, pods))),
      ...DEPLOYMENTS.map(([name, replicas]) =>
        deploymentRow(
          name,
          deployments.find((each) => each.metadata.namespace === NAMESPACE && each.metadata.name === name),
          replicas,
        ),
      ),
    ];
  },
});

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

/** @param replicas that are planned */
export function deploymentRow(name: string, deployment: KubeObject | undefined, replicas: number): Row {
  const expected = `${replicas} of ${replicas} Ready`;
  if (deployment === undefined) return equal(name, expected, "no such deployment");
  const asked = deployment.spec?.replicas ?? 1;
  return equal(name, expected, `${deployment.status?.readyReplicas ?? 0} of ${asked} Ready`);
}
