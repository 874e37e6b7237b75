import { meet } from "../common/ranges";
import { range4 } from "./ip-range";
import { found, type RegisteredRule } from "./registered-rule";

export const poolOverlap: RegisteredRule = {
  name: "calico-pool-overlap",
  title: "No two IPPools of a cluster share an address",
  severity: "error",
  scope: "stack",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ippool",
  why: "Calico refuses the second pool; in clusters without its API server two pods can get one address.",
  check: ({ pools }) =>
    pools.flatMap((pool, i) => {
      const own = range4(pool.cidr);
      const other =
        own === null
          ? undefined
          : pools.slice(0, i).find(({ cidr, cluster }) => {
              const range = range4(cidr);
              // Two clusters may use one range: their pods meet nowhere.
              return cluster === pool.cluster && range !== null && meet(own, range);
            });
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
