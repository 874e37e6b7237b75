import { clashes, defineRule } from "./rule";

export const duplicateNetwork = defineRule({
  name: "duplicate-network",
  title: "A switch originates a prefix once, and aggregates it once",
  severity: "error",
  source: "https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-network-A.B.C.D-M",
  why: "Two statements for one prefix are one in FRR: its running configuration never equals the planned one.",
  find: ({ switches }) =>
    switches.flatMap(({ name, spec }) => {
      const lists = [
        {
          what: "network",
          entries: spec.networks.map((prefix, i) => ({ prefix, path: `${spec.path}.networks[${i}]` })),
        },
        {
          what: "aggregate",
          entries: spec.aggregates.map(({ prefix }, i) => ({ prefix, path: `${spec.path}.aggregates[${i}].prefix` })),
        },
      ];
      return lists.flatMap(({ what, entries }) =>
        clashes(entries, (each) => each.prefix).map((group) => ({
          path: group[group.length - 1]?.path ?? "",
          message: `${what} ${group[0]?.prefix ?? ""} of ${name} is written ${group.length} times`,
          values: Object.fromEntries(group.map((each) => [each.path, each.prefix])),
          remedy: "Leave one.",
        })),
      );
    }),
});
