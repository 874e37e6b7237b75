import { shareAddress } from "./ip-range";
import { found, type RegisteredRule } from "./registered-rule";

export const poolOverlap: RegisteredRule = {
  name: "calico-pool-overlap",
  title: "No two IPPools of a cluster share an address",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ippool",
  calico: "3.28",
  why: "Calico refuses the second pool; in clusters without its API server two pods can get one address.",
  check: ({ pools }) =>
    pools.flatMap((pool, i) => {
      const { cidr, cluster } = pool;
      // Two clusters may use one range: their pods meet nowhere.
      const other = pools
        .slice(0, i)
        .find(
          (each) => cidr !== null && each.cidr !== null && each.cluster === cluster && shareAddress(cidr, each.cidr),
        );
      return other === undefined
        ? []
        : [
            found(
              pool,
              `${pool.path}.cidr`,
              `${pool.path}.cidr ${pool.cidr} overlaps ${other.cidr} of IPPool ${other.resource}`,
              "Move one of them.",
            ),
          ];
    }),
};
