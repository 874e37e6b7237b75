import { widerPodCidrText } from "./common/ranges";
import { knownRange } from "../../lab-spec/ip";
import { NODE_CIDR_LENGTH, piecesOf } from "./common/pod-pool";
import { defineRule, type Finding } from "./rule";

/** kube-controller-manager refuses more than 2^16 node CIDRs. */
const SHORTEST_POD_CIDR = NODE_CIDR_LENGTH - 16;

export const podBlocks = defineRule({
  name: "pod-blocks",
  title: "The pod CIDR has a Calico block for every node",
  severity: "error",
  source: "https://docs.tigera.io/calico/latest/reference/resources/ippool#block-sizes",
  why: "A node without a block gives its pods no addresses, or borrows them from other nodes' blocks, route by route.",
  ofCluster: true,
  find: (lab) => {
    const { spec } = lab;
    const { podCidr } = spec.kubernetes;
    const { blockSize } = spec.calico;
    const finding = (message: string, remedy: string): Finding[] => [
      {
        path: "kubernetes.podCidr",
        message,
        values: { "kubernetes.podCidr": podCidr, "calico.blockSize": String(blockSize) },
        remedy,
      },
    ];
    if (knownRange(podCidr).length < SHORTEST_POD_CIDR)
      return finding(
        `pod CIDR ${podCidr} is shorter than /${SHORTEST_POD_CIDR}, which kubeadm refuses`,
        `Use /${SHORTEST_POD_CIDR} to /${NODE_CIDR_LENGTH}.`,
      );
    // kubeadm refuses a pod subnet that is smaller than one node CIDR.
    if (piecesOf(podCidr, NODE_CIDR_LENGTH) === 0)
      return finding(
        `pod CIDR ${podCidr} is longer than /${NODE_CIDR_LENGTH}, which kubeadm refuses`,
        `Use /${SHORTEST_POD_CIDR} to /${NODE_CIDR_LENGTH}.`,
      );
    const nodes = spec.nodes.length;
    const { pool } = spec.calico;
    if (pool !== null && piecesOf(pool, blockSize) < nodes) return [poolFinding(pool, blockSize, nodes)];
    const blocks = piecesOf(podCidr, blockSize);
    if (pool !== null || blocks >= nodes) return [];
    return finding(
      `pod CIDR ${podCidr} has ${blocks} block${blocks === 1 ? "" : "s"} of /${blockSize} for ${nodes} nodes`,
      `${widerPodCidrText(lab, blockSize - Math.ceil(Math.log2(nodes)))}.`,
    );
  },
});

function poolFinding(pool: string, blockSize: number, nodes: number): Finding {
  const blocks = piecesOf(pool, blockSize);
  return {
    path: "calico.pool",
    message: `pool ${pool} has ${blocks} block${blocks === 1 ? "" : "s"} of /${blockSize} for ${nodes} nodes`,
    values: { "calico.pool": pool, "calico.blockSize": String(blockSize) },
    remedy: `Use a pool of /${blockSize - Math.ceil(Math.log2(nodes))} or shorter.`,
  };
}
