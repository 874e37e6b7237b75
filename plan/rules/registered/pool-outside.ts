import { found, type RegisteredRule } from "./registered-rule";
import { isWithin, prefixFamily } from "./ip-range";

export const registeredPoolOutside: RegisteredRule = {
  name: "calico-pool-outside",
  title: "An IPPool lies in the cluster's pod range",
  severity: "error",
  scope: "stack",
  source:
    "https://docs.tigera.io/calico/3.28/reference/resources/ippool; kubeadm networking.podSubnet, kube-proxy clusterCIDR",
  calico: "3.28; allowedUses LoadBalancer: 3.30",
  why: "kube-proxy takes its pods for strangers and translates their addresses; what filters or routes by the pod range forgets them.",
  check: ({ pools, labs, kubeadm }) => {
    const texts = [
      ...new Set([
        ...labs.flatMap(({ plan }) => plan.cluster?.podCidr ?? []),
        ...kubeadm.flatMap(({ podSubnet }) => podSubnet?.split(",") ?? []),
      ]),
    ].sort();
    return pools.flatMap((pool) => {
      const { cidr } = pool;
      if (cidr === null || pool.disabled || pool.forServices) return [];
      // A cluster of one family says nothing of pools of the other.
      const ranges = texts.filter((text) => prefixFamily(text) === prefixFamily(cidr));
      if (ranges.length === 0 || prefixFamily(cidr) === 0 || ranges.some((range) => isWithin(cidr, range))) return [];
      return [
        found(
          pool,
          `${pool.path}.cidr`,
          `${pool.path}.cidr ${cidr} is not inside the cluster's pod range ${ranges.join(", ")}`,
          `Write a range inside ${ranges.join(" or ")}, or make the cluster's pod range larger.`,
        ),
      ];
    });
  },
};
