import { prefixFamily } from "./ip-range";
import { found, type RegisteredRule } from "./registered-rule";

export const poolIpipIpv6: RegisteredRule = {
  name: "calico-pool-ipip-ipv6",
  title: "An IPPool with IPIP is IPv4",
  severity: "error",
  scope: "resource",
  source: "https://docs.tigera.io/calico/3.28/reference/resources/ippool; RFC 2003",
  calico: "3.28",
  why: "IP in IP carries IPv4 in IPv4: pods of the pool reach no other node.",
  check: ({ pools }) =>
    pools
      .filter(({ cidr, ipipMode }) => cidr !== null && prefixFamily(cidr) === 6 && ipipMode !== "Never")
      .map((pool) =>
        found(
          pool,
          "spec.ipipMode",
          `spec.ipipMode is ${pool.ipipMode} and spec.cidr ${pool.cidr} is IPv6`,
          "Write ipipMode: Never (and vxlanMode: Always, if the fabric doesn't route the pool).",
        ),
      ),
};
