import { smallLab } from "./labs";
import { fabric, more, type RuleCase } from "./rule-case";

/** AS numbers and indices. */
export const NUMBER_CASES: readonly RuleCase[] = [
  [
    "two leaves with one AS number",
    fabric({ leaves: ["leaf1", { name: "leaf2", as: 65101 }] }),
    `fabric.leaves[1].as: AS 65101 is taken by leaf1 and leaf2: each drops the other's routes as a loop [duplicate-as]
    fabric.leaves[0].as: 65101 (default)
    fabric.leaves[1].as: 65101
    remedy: Give every leaf an AS number of its own that no spine has.`,
  ],
  [
    "a leaf with a spine's AS number",
    fabric({ spines: ["spine1"], leaves: ["leaf1", { name: "leaf2", as: 65001 }] }),
    `fabric.leaves[1].as: AS 65001 is taken by spine1 and leaf2: each drops the other's routes as a loop [duplicate-as]
    fabric.spines[0].as: 65001 (default)
    fabric.leaves[1].as: 65001
    remedy: Give every leaf an AS number of its own that no spine has.`,
  ],
  ...(
    [
      [0, "it may not be used (RFC 7607)"],
      [23456, "it is AS_TRANS, which stands for 4-octet numbers (RFC 6793)"],
      [65535, "it is the last 16-bit number (RFC 7300)"],
      [4294967295, "it is the last 32-bit number (RFC 7300)"],
    ] as const
  ).map(([as, reason]): RuleCase => [
    `AS ${as}`,
    fabric({ spines: ["spine1", { name: "spine2", as }] }),
    `fabric.spines[1].as: spine2 has AS ${as}, which is reserved: ${reason} [reserved-as]
    fabric.spines[1].as: ${as}
    remedy: Use a private AS number: 64512 to 65534, or 4200000000 to 4294967294 (RFC 6996).`,
  ]),
  [
    "an AS base that runs into the reserved number",
    fabric({ asBase: { leaves: 65533 } }),
    `fabric.leaves[1].as: leaf2 has AS 65535, which is reserved: it is the last 16-bit number (RFC 7300) [reserved-as]
    fabric.leaves[1].as: 65535 (default)
    remedy: Use a private AS number: 64512 to 65534, or 4200000000 to 4294967294 (RFC 6996).`,
  ],
  [
    "a name without a number",
    fabric({ leaves: ["leaf1", "leaf2", "border"] }),
    `fabric.leaves[2].index: border has no index: its name ends with no number from 1 [missing-index]
    remedy: Add an index, or end the name with a number.`,
  ],
  [
    "one index twice",
    fabric({ leaves: ["leaf1", "leaf2", { name: "border", index: 2 }] }),
    `fabric.leaves[2].index: index 2 is taken 2 times among leaves: leaf2 and border [duplicate-index]
    fabric.leaves[1].index: 2 (default)
    fabric.leaves[2].index: 2
    remedy: Give each an index of its own: addresses, AS numbers and ports follow from it.`,
  ],
  [
    "two nodes of one number on a leaf",
    more({ nodes: [...smallLab().nodes, { name: "db-1", leaf: "leaf1" }] }),
    `nodes[3].index: index 1 is taken 2 times among worker nodes on leaf1: node1 and db-1 [duplicate-index]
    nodes[1].index: 1 (default)
    nodes[3].index: 1 (default)
    remedy: Give each an index of its own: addresses, AS numbers and ports follow from it.`,
  ],
  [
    "a spine beyond the capacity",
    fabric({ spines: ["spine1", "spine9"] }),
    `fabric.spines[1].index: spine9 has index 9, above the spine capacity 8 [spine-capacity]
    fabric.spines[1].index: 9 (default)
    fabric.links.spineCapacity: 8
    remedy: Use an index up to 8, or raise fabric.links.spineCapacity (this renumbers the links of leaves above 8).`,
  ],
];
