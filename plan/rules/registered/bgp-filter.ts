import { prefixFamily } from "./ip-range";
import type { Filter } from "./calico-types";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";

const SOURCE = "https://docs.tigera.io/calico/3.28/reference/resources/bgpfilter";

export const filterRules: RegisteredRule = {
  name: "calico-filter-rules",
  title: "The rules of a BGPFilter name prefixes of their list's family",
  severity: "error",
  scope: "resource",
  source: SOURCE,
  calico: "3.28",
  why: "Calico refuses the object, or writes a filter that BIRD can't read: BIRD then goes on with what it had, and no later change reaches it.",
  check: ({ filters }) => filters.flatMap((each) => each.rules.flatMap((rule) => wrongPrefix(each, rule))),
};

function wrongPrefix(of: Filter, { path, family, cidr }: Filter["rules"][number]): RegisteredFinding[] {
  if (cidr === null || prefixFamily(cidr) === family) return [];
  return [
    found(
      of,
      `${path}.cidr`,
      `${path}.cidr "${cidr}" is no IPv${family} prefix`,
      `Write an IPv${family} prefix, or move the rule to the list of the other family.`,
    ),
  ];
}

export const filterEffect: RegisteredRule = {
  name: "calico-filter-effect",
  title: "A BGPFilter is there where a peer names it, and lets the pods' routes out",
  severity: "warning",
  scope: "stack",
  source: SOURCE,
  calico: "3.28",
  why: "A filter that is missing filters nothing. One that rejects everything on the way out keeps the pods' routes from the peer.",
  check: ({ filters, peers }) => [
    ...peers.flatMap((peer) =>
      peer.filters.flatMap((name, i) =>
        filters.some(({ object, resource, cluster }) => (object ?? resource) === name && cluster === peer.cluster)
          ? []
          : [
              found(
                peer,
                `spec.filters[${i}]`,
                `spec.filters[${i}] names the BGPFilter ${name}, which the stack doesn't have`,
                "Add the BGPFilter, or see that it is there before the peer is.",
              ),
            ],
      ),
    ),
    ...filters.flatMap((each) =>
      [4, 6].flatMap((family) => {
        const first = each.rules.find((rule) => rule.isExport && rule.family === family);
        return first?.isOpen === true && first.action === "Reject"
          ? [
              found(
                each,
                first.path,
                `${first.path} rejects every route, and stands before all others`,
                "Put the rules that accept before it, or name what it rejects.",
              ),
            ]
          : [];
      }),
    ),
  ],
};
