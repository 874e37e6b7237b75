import { fabric, more, node, type RuleCase } from "./rule-case";

/** Ranges and addresses. */
export const ADDRESS_CASES: readonly RuleCase[] = [
  [
    "overlapping server subnets",
    fabric({ leaves: ["leaf1", { name: "leaf2", serverSubnet: "10.0.101.128/25" }] }),
    `fabric.leaves[1].serverSubnet: server subnet of leaf2 10.0.101.128/25 overlaps server subnet of leaf1 10.0.101.0/24 [overlap]
    fabric.leaves[1].serverSubnet: 10.0.101.128/25
    fabric.leaves[0].serverSubnet: 10.0.101.0/24 (default)
    remedy: Move one of them: all of 10.0.101.128/25 is in both.`,
  ],
  [
    "a pod CIDR over the services",
    more({ kubernetes: { podCidr: "10.64.0.0/11" } }),
    `kubernetes.serviceCidr: service CIDR 10.80.0.0/12 overlaps pod CIDR 10.64.0.0/11 [overlap]
    kubernetes.serviceCidr: 10.80.0.0/12
    kubernetes.podCidr: 10.64.0.0/11
    remedy: Move one of them: all of 10.80.0.0/12 is in both.`,
  ],
  [
    "a management subnet in Docker's default bridge",
    more({ management: { subnet: "172.17.5.0/24" } }),
    `management.subnet: management subnet 172.17.5.0/24 overlaps Docker's default bridge 172.17.0.0/16 [overlap]
    management.subnet: 172.17.5.0/24
    remedy: Move one of them: all of 172.17.5.0/24 is in both.`,
  ],
  [
    "a loopback in the link pool",
    fabric({ spines: ["spine1", { name: "spine2", loopback: "172.16.0.9" }] }),
    `fabric.spines[1].loopback: loopback of spine2 172.16.0.9/32 overlaps link pool 172.16.0.0/24 [overlap]
    fabric.spines[1].loopback: 172.16.0.9
    fabric.links.pool: 172.16.0.0/24
    remedy: Move one of them: all of 172.16.0.9/32 is in both.`,
  ],
  [
    "a multicast range",
    more({ kubernetes: { serviceCidr: "224.0.0.0/16" } }),
    `kubernetes.serviceCidr: 224.0.0.0/16 meets the multicast range 224.0.0.0/4 [special-range]
    kubernetes.serviceCidr: 224.0.0.0/16
    remedy: Use private addresses: 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918).`,
  ],
  [
    "one loopback twice",
    fabric({ spines: ["spine1", { name: "spine2", loopback: "172.16.255.1" }] }),
    `fabric.spines[1].loopback: 172.16.255.1 is taken by spine1 and spine2 [duplicate-address]
    fabric.spines[0].loopback: 172.16.255.1 (default)
    fabric.spines[1].loopback: 172.16.255.1
    remedy: Give each an address of its own.`,
  ],
  [
    "a node with the address of another",
    node(1, { address: "10.0.101.11" }),
    `nodes[1].address: 10.0.101.11 is taken by master1 and node1 [duplicate-address]
    nodes[0].address: 10.0.101.11 (default)
    nodes[1].address: 10.0.101.11
    remedy: Give each an address of its own.`,
  ],
  ...(
    [
      ["10.0.102.9", "is outside the server subnet 10.0.101.0/24 of leaf1"],
      ["10.0.101.0", "is the network address of 10.0.101.0/24"],
      ["10.0.101.255", "is the broadcast address of 10.0.101.0/24"],
      ["10.0.101.1", "is the gateway on leaf1"],
    ] as const
  ).map(([address, reason]): RuleCase => [
    `a node address that ${reason}`,
    node(1, { address }),
    `nodes[1].address: ${address} of node1 ${reason} [node-address]
    nodes[1].address: ${address}
    fabric.leaves[0].serverSubnet: 10.0.101.0/24 (default)
    remedy: Use a free address from 10.0.101.2 to 10.0.101.254.`,
  ]),
  [
    "a server subnet too small for the default address",
    (lab) => ({
      ...lab,
      fabric: { ...lab.fabric, leaves: ["leaf1", { name: "leaf2", serverSubnet: "10.0.102.0/26" }] },
    }),
    `nodes[2].address: node2 with index 2 has no default address in 10.0.102.0/26 [node-address]
    nodes[2].index: 2 (default)
    fabric.leaves[1].serverSubnet: 10.0.102.0/26
    remedy: Use a free address from 10.0.102.2 to 10.0.102.62.`,
  ],
  [
    "a server subnet without room",
    (lab) => ({
      ...lab,
      fabric: { ...lab.fabric, leaves: ["leaf1", "leaf2", { name: "leaf3", serverSubnet: "10.0.103.0/31" }] },
    }),
    `fabric.leaves[2].serverSubnet: server subnet 10.0.103.0/31 of leaf3 has no room for a gateway and a host [server-subnet-size]
    fabric.leaves[2].serverSubnet: 10.0.103.0/31
    remedy: Use /30 or shorter; /24 fits the default addresses.`,
  ],
];
