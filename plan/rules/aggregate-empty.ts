import { knownRange } from "../../lab-spec/ip";
import type { Allocation } from "../allocate";
import { balancersOf, leavesOf, nodesOf } from "../lookup";
import { defineRule } from "./rule";

export const aggregateEmpty = defineRule({
  name: "aggregate-empty",
  title: "An aggregate covers a prefix that is announced",
  severity: "warning",
  source: "RFC 4271, section 9.2.2.2; https://docs.frrouting.org/en/stable-8.4/bgp.html#route-aggregation",
  why: "A router announces an aggregate only while a more specific route is in its BGP table.",
  find: (lab) => {
    const announced = announcedPrefixes(lab).map(knownRange);
    return lab.switches.flatMap(({ name, spec }) =>
      spec.aggregates.flatMap(({ prefix }, i) => {
        const range = knownRange(prefix);
        if (
          announced.some((each) => each.length > range.length && each.first >= range.first && each.last <= range.last)
        )
          return [];
        const path = `${spec.path}.aggregates[${i}].prefix`;
        return [
          {
            path,
            message: `aggregate ${prefix} of ${name} covers no prefix of this lab: it is never announced`,
            values: { [path]: prefix },
            remedy: "Correct the prefix, or leave it out.",
          },
        ];
      }),
    );
  },
});

/** What the fabric's BGP carries: loopbacks, server subnets, networks, and in mode bgp the cluster's ranges in pieces, and virtual addresses. */
function announcedPrefixes(lab: Allocation): string[] {
  const { spec, switches } = lab;
  const pool = spec.calico.pool ?? spec.kubernetes.podCidr;
  const blocks =
    spec.calico.mode === "bgp" && nodesOf(lab).length > 0
      ? [`${pool.split("/")[0] ?? ""}/${Math.max(knownRange(pool).length, spec.calico.blockSize)}`]
      : [];
  const services = blocks.length > 0 && spec.calico.bgp.advertiseServices ? [spec.kubernetes.serviceCidr] : [];
  return [
    ...switches.flatMap(({ loopback, spec: of }) => [
      ...(loopback.value === null ? [] : [`${loopback.value}/32`]),
      ...of.networks,
    ]),
    ...leavesOf(lab).flatMap(({ serverSubnet }) => serverSubnet.value ?? []),
    ...blocks,
    ...services,
    ...balancersOf(lab).flatMap((balancer) => balancer.spec.vips.map((vip) => `${vip}/32`)),
  ];
}
