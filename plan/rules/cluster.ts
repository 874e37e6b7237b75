import { knownRange, rangeSize } from "../../spec/ip";
import { VERSIONS, type Problem } from "../../spec";
import type { Rule } from "./rule";

/** kube-controller-manager gives every node a /24 of the cluster CIDR, and refuses more than 2^16 of them. */
const NODE_CIDR_LENGTH = 24;
const SHORTEST_POD_CIDR = NODE_CIDR_LENGTH - 16;
/** kubeadm takes service ranges of at most 20 host bits, with at least 10 addresses. */
const SHORTEST_SERVICE_CIDR = 12;
const LONGEST_SERVICE_CIDR = 28;

/** The pod CIDR has a Calico block and a node CIDR for every node. */
export const podBlocks: Rule = ({ spec }) => {
  const { podCidr } = spec.kubernetes;
  const range = knownRange(podCidr);
  const { blockSize } = spec.calico;
  const problem = (message: string, remedy: string): Problem => ({
    path: "kubernetes.podCidr",
    message,
    values: { "kubernetes.podCidr": podCidr, "calico.blockSize": String(blockSize) },
    remedy,
    rule: "pod-blocks",
  });
  if (range.length < SHORTEST_POD_CIDR) return [problem(`pod CIDR ${podCidr} is shorter than /${SHORTEST_POD_CIDR}, which kubeadm refuses`, `Use /${SHORTEST_POD_CIDR} to /${NODE_CIDR_LENGTH}.`)];
  const unit = Math.min(blockSize, NODE_CIDR_LENGTH);
  const blocks = range.length > unit ? 0 : 2 ** (unit - range.length);
  if (blocks >= spec.nodes.length) return [];
  const longest = unit - Math.ceil(Math.log2(spec.nodes.length));
  return [problem(`pod CIDR ${podCidr} has ${blocks} block${blocks === 1 ? "" : "s"} of /${unit} for ${spec.nodes.length} nodes`, `Use a pod CIDR of /${longest} or shorter.`)];
};

/** The service CIDR has a size kubeadm takes. */
export const serviceCidrSize: Rule = ({ spec }) => {
  const { serviceCidr } = spec.kubernetes;
  const { length } = knownRange(serviceCidr);
  if (length >= SHORTEST_SERVICE_CIDR && length <= LONGEST_SERVICE_CIDR) return [];
  return [
    {
      path: "kubernetes.serviceCidr",
      message: `service CIDR ${serviceCidr} is outside /${SHORTEST_SERVICE_CIDR} to /${LONGEST_SERVICE_CIDR}, which kubeadm refuses`,
      values: { "kubernetes.serviceCidr": serviceCidr },
      remedy: `Use /${SHORTEST_SERVICE_CIDR} to /${LONGEST_SERVICE_CIDR}.`,
      rule: "service-cidr-size",
    },
  ];
};

/** The Kubernetes version is the one the machine images carry. */
export const kubernetesVersion: Rule = ({ spec }) => {
  const { version } = spec.kubernetes;
  if (version === VERSIONS.kubernetes) return [];
  return [
    {
      path: "kubernetes.version",
      message: `the machine images carry Kubernetes ${VERSIONS.kubernetes}, not ${version}`,
      values: { "kubernetes.version": version },
      remedy: `Leave it out, or write ${VERSIONS.kubernetes}.`,
      rule: "kubernetes-version",
    },
  ];
};

/** The management subnet has an address for every machine and the engine's gateway. */
export const managementSize: Rule = ({ spec }) => {
  const { subnet } = spec.management;
  const machines = spec.fabric.spines.length + spec.fabric.leaves.length + spec.nodes.length;
  const free = Math.max(0, rangeSize(knownRange(subnet)) - 3);
  if (free >= machines) return [];
  return [
    {
      path: "management.subnet",
      message: `management subnet ${subnet} has ${free} free addresses for ${machines} machines`,
      values: { "management.subnet": subnet },
      remedy: `Use /${32 - Math.ceil(Math.log2(machines + 3))} or shorter.`,
      rule: "management-size",
    },
  ];
};
