import { knownRange } from "../../lab-spec/ip";
import { defineRule } from "./rule";

/** kubeadm takes service ranges of at most 20 host bits, with at least 10 addresses. */
const SHORTEST = 12;
const LONGEST = 28;

export const serviceCidrSize = defineRule({
  name: "service-cidr-size",
  title: "The service CIDR has a size kubeadm takes",
  severity: "error",
  source: "kubeadm, ValidateIPNetFromString and MaximumBitsForServiceSubnet",
  why: "kubeadm refuses the cluster's configuration.",
  fixed: "The address of cluster DNS would lie outside of it.",
  ofCluster: true,
  find: ({ spec }) => {
    const { serviceCidr } = spec.kubernetes;
    const { length } = knownRange(serviceCidr);
    if (length >= SHORTEST && length <= LONGEST) return [];
    return [
      {
        path: "kubernetes.serviceCidr",
        message: `service CIDR ${serviceCidr} is outside /${SHORTEST} to /${LONGEST}, which kubeadm refuses`,
        values: { "kubernetes.serviceCidr": serviceCidr },
        remedy: `Use /${SHORTEST} to /${LONGEST}.`,
      },
    ];
  },
});
