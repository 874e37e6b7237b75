import { found, type RegisteredRule } from "./registered-rule";

export const poolEncapsulation: RegisteredRule = {
  name: "calico-pool-encapsulation",
  title: "An IPPool has one encapsulation at most",
  severity: "error",
  scope: "resource",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ippool",
  calico: "3.28",
  why: "Calico knows one tunnel a pool: it refuses the object, or routes go into a tunnel that the other end doesn't open.",
  check: ({ pools }) =>
    pools
      .filter(({ ipipMode, vxlanMode }) => ipipMode !== "Never" && vxlanMode !== "Never")
      .map((pool) =>
        found(
          pool,
          "spec.vxlanMode",
          `spec.ipipMode is ${pool.ipipMode} and spec.vxlanMode is ${pool.vxlanMode}`,
          "Write Never for one of them.",
        ),
      ),
};
