import { found, type RegisteredRule } from "./registered-rule";
import { range4 } from "./ip-range";

export const registeredPoolOutside: RegisteredRule = {
  name: "calico-pool-outside",
  title: "An IPPool lies in the cluster's pod range",
  severity: "error",
  scope: "stack",
  source:
    "https://docs.tigera.io/calico/3.28/reference/resources/ippool; kubeadm networking.podSubnet, kube-proxy clusterCIDR",
  why: "kube-proxy takes its pods for strangers and translates their addresses; what filters or routes by the pod range forgets them.",
  check: ({ pools, labs, kubeadm }) => {
    const texts = [
      ...new Set([
        ...labs.map(({ plan }) => plan.cluster.podCidr),
        ...kubeadm.flatMap(({ podSubnet }) => podSubnet?.split(",") ?? []),
      ]),
    ].sort();
    const ranges = texts.flatMap((text) => range4(text) ?? []);
    return ranges.length === 0
      ? []
      : pools.flatMap((pool) => {
          const own = range4(pool.cidr);
          if (
            own === null ||
            pool.disabled ||
            pool.forServices ||
            ranges.some(({ first, last }) => first <= own.first && own.last <= last)
          )
            return [];
          return [
            found(
              pool,
              `${pool.path}.cidr`,
              `${pool.path}.cidr ${pool.cidr} is not inside the cluster's pod range ${texts.join(", ")}`,
              `Write a range inside ${texts.join(" or ")}, or make the cluster's pod range larger.`,
            ),
          ];
        });
  },
};
