import { widerPodCidrText } from "./common/ranges";
import { NODE_CIDR_LENGTH, piecesOf } from "./common/pod-pool";
import { defineRule } from "./rule";

export const nodeCidrs = defineRule({
  name: "node-cidrs",
  title: "The pod CIDR has a node CIDR for every node",
  severity: "warning",
  source:
    "kube-controller-manager --node-cidr-mask-size; https://docs.tigera.io/calico/latest/networking/ipam/get-started-ip-addresses",
  why: "Calico's IPAM takes blocks of the pool and needs no node CIDRs. What else reads a node's podCIDR, such as another CNI plugin, finds none at some nodes.",
  ofCluster: true,
  find: (lab) => {
    const { spec } = lab;
    const { podCidr } = spec.kubernetes;
    const nodes = spec.nodes.length;
    const pieces = piecesOf(podCidr, NODE_CIDR_LENGTH);
    // A CIDR without any is refused by `pod-blocks`.
    if (pieces === 0 || pieces >= nodes) return [];
    return [
      {
        path: "kubernetes.podCidr",
        message: `kube-controller-manager makes ${pieces} node CIDR${pieces === 1 ? "" : "s"} of /${NODE_CIDR_LENGTH} out of ${podCidr}, and there are ${nodes} nodes`,
        values: { "kubernetes.podCidr": podCidr },
        remedy: `${widerPodCidrText(lab, NODE_CIDR_LENGTH - Math.ceil(Math.log2(nodes)))}, unless Calico alone reads it.`,
      },
    ];
  },
});
