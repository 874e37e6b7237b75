import { knownRange } from "../../lab-spec/ip";
import { defineRule } from "./rule";

export const poolOutside = defineRule({
  name: "pool-outside",
  title: "Calico's pool lies in the pod CIDR",
  severity: "error",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ippool; kube-proxy clusterCIDR",
  why: "kube-proxy takes pods from elsewhere for strangers and translates their addresses; what filters by the pod CIDR forgets them.",
  ofCluster: true,
  find: ({ spec }) => {
    const { pool } = spec.calico;
    const { podCidr } = spec.kubernetes;
    if (pool === null) return [];
    const own = knownRange(pool);
    const whole = knownRange(podCidr);
    if (whole.first <= own.first && own.last <= whole.last) return [];
    return [
      {
        path: "calico.pool",
        message: `pool ${pool} isn't in pod CIDR ${podCidr}`,
        values: { "calico.pool": pool, "kubernetes.podCidr": podCidr },
        remedy: `Use a part of ${podCidr}, or leave it out for all of it.`,
      },
    ];
  },
});
