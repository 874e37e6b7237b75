import { addressOf, nodesOf } from "../../plan/lookup";
import type { NodePlan } from "../../plan/types";
import { conditionOf, objects, type KubeObject } from "../facts/kubernetes";
import { equal, failure, asFinding, list } from "../rows";
import { kubelet } from "../patience";
import { ofCluster } from "../cluster";
import type { Row } from "../types";

/** Every node of the plan is in the cluster, Ready, of the planned version, with its uplink's address; and no other is. */
export const nodes = ofCluster({
  id: "nodes",
  title: "Kubernetes nodes",
  patience: kubelet,
  run: async (lab) => {
    const found = await objects(lab, "Node").catch((error: unknown) => failure("API server", error));
    if ("subject" in found) return [asFinding(found)];
    const names = new Set(nodesOf(lab.plan).map((node) => node.name));
    const others = found.map((node) => node.metadata.name).filter((name) => !names.has(name));
    return [
      ...nodesOf(lab.plan).map((node) =>
        nodeRow(
          node,
          lab.plan.cluster.kubernetesVersion,
          found.find((each) => each.metadata.name === node.name),
        ),
      ),
      equal("other nodes", "none", list(others.sort())),
    ];
  },
});

export function nodeRow(plan: NodePlan, version: string, node: KubeObject | undefined): Row {
  const expected = `Ready, ${version}, ${addressOf(plan)}`;
  if (node === undefined) return equal(plan.name, expected, "not in the cluster");
  const ready = conditionOf(node, "Ready");
  const address = node.status?.addresses?.find((each) => each.type === "InternalIP")?.address ?? "no address";
  return equal(
    plan.name,
    expected,
    `${ready?.status === "True" ? "Ready" : `not Ready (${ready?.reason ?? "unknown"})`}, ${node.status?.nodeInfo?.kubeletVersion ?? "unknown"}, ${address}`,
  );
}
