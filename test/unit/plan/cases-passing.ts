import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FIXTURES } from "./labs";

/** A lab that comes near to breaking a rule, and doesn't. */
export type PassingCase = readonly [rule: string, title: string, lab: () => unknown];

type Tree = Record<string, unknown>;

const NODES = [
  { name: "master1", role: "control-plane", leaf: "leaf1" },
  { name: "node1", leaf: "leaf1" },
  { name: "node2", leaf: "leaf2" },
];
const lab =
  (change: Tree = {}, fabric: Tree = {}): (() => unknown) =>
  () => ({
    name: "small",
    fabric: { spines: ["spine1", "spine2"], leaves: ["leaf1", "leaf2"], ...fabric },
    nodes: NODES,
    ...change,
  });
const bgp = (calico: Tree = {}, fabric: Tree = {}, change: Tree = {}): (() => unknown) =>
  lab({ calico: { mode: "bgp", bgp: calico }, ...change }, fabric);
const switched = (name: string, off: string): Tree => ({ rules: { [name]: { off } } });
const spines = (...list: Tree[]): Tree => ({ spines: list.map((each, i) => ({ name: `spine${i + 1}`, ...each })) });
const leaves = (...list: Tree[]): Tree => ({ leaves: list.map((each, i) => ({ name: `leaf${i + 1}`, ...each })) });
const balancer = (change: Tree, nodes = NODES): (() => unknown) =>
  bgp({}, {}, { netscaler: { name: "lb", leaf: "leaf1", ...change }, nodes });

/** Every rule with a lab at its border; the broken ones are test/fixtures/broken. */
export const PASSING_CASES: readonly PassingCase[] = [
  ["link-local-links", "links with private addresses", lab({}, { links: { pool: "172.31.0.0/24" } })],
  ["node-cidrs", "as many node CIDRs as nodes", lab({ kubernetes: { podCidr: "10.64.0.0/22" } })],
  [
    "pool-pods",
    "as many pods as the pool has addresses for",
    bgp(
      {},
      {},
      {
        calico: { mode: "bgp", pool: "10.64.0.0/26", blockSize: 28 },
        workload: { namespace: "a", name: "b", service: "c", replicas: 61 },
      },
    ),
  ],
  ["network-range", "a switch that announces its own link", lab({}, spines({ networks: ["172.16.0.0/31"] }))],
  [
    "network-range",
    "every spine announces the pool of links",
    lab({}, spines({ networks: ["172.16.0.0/24"] }, { networks: ["172.16.0.0/24"] })),
  ],
  [
    "aggregate-empty",
    "an aggregate that covers one loopback",
    lab({}, leaves({ aggregates: [{ prefix: "172.16.255.100/31" }] }, {})),
  ],
  ["as-size-mix", "all numbers of four octets", lab({}, { asBase: { spines: 4200000000, leaves: 4200000100 } })],
  [
    "bgp-no-effect",
    "BFD at both ends, a reflector with iBGP neighbors",
    lab(
      {},
      {
        ...spines(
          { as: 65000, bgp: { routeReflector: true, nextHopSelf: true, clusterId: "1.1.1.1" } },
          { as: 65000, bgp: { routeReflector: true, nextHopSelf: true } },
        ),
        ...leaves({ as: 65000 }, { as: 65000 }),
        bgp: { bfd: true },
      },
    ),
  ],
  ["bgp-no-effect", "one of two spines drained", lab({}, spines({ drain: true }, {}))],
  ["bgp-timers", "three keepalive intervals exactly", lab({}, { bgp: { keepalive: 4, hold: 12 } })],
  [
    "calico-as",
    "a rack's number that is its leaf's, which reflects",
    bgp({ nodeAs: "rack", rackAsBase: 65100 }, { bgp: { routeReflector: true, nextHopSelf: true } }),
  ],
  ["calico-routing", "Felix alone with VXLAN between subnets", lab({ calico: { encapsulation: "VXLANCrossSubnet" } })],
  [
    "calico-routing",
    "reflectors that are named",
    lab({ calico: { routing: "reflectors", bgp: { routeReflectors: ["master1", "node2"] } } }),
  ],
  ["control-plane", "one of three nodes", lab()],
  ["needs-nodes", "a fabric alone", lab({ nodes: [] })],
  [
    "cross-subnet-effect",
    "two nodes on one subnet, one on another",
    lab({ calico: { encapsulation: "VXLANCrossSubnet" } }),
  ],
  ["documentation-as", "the numbers beside the ranges", lab({}, leaves({ as: 64495 }, { as: 64512 }))],
  [
    "duplicate-address",
    "neighbors in one subnet",
    lab({ hosts: [{ name: "h1", leaf: "leaf1", address: "10.0.101.2" }] }),
  ],
  [
    "duplicate-as",
    "leaves of one number that allow it",
    lab({}, { ...leaves({ as: 65100, bgp: { allowasIn: 1 } }, { as: 65100, bgp: { allowasIn: 1 } }) }),
  ],
  [
    "duplicate-as",
    "leaves of one number, written over by all spines",
    lab(
      {},
      {
        ...leaves({ as: 65100 }, { as: 65100 }),
        ...spines({ bgp: { asOverride: true } }, { bgp: { asOverride: true } }),
      },
    ),
  ],
  ["duplicate-as", "spines of one number", lab({}, spines({ as: 65000 }, { as: 65000 }))],
  [
    "duplicate-hostname",
    "hostnames that differ in the domain",
    lab({}, leaves({ hostname: "sw.a.local" }, { hostname: "sw.b.local" })),
  ],
  [
    "duplicate-index",
    "one index on two leaves, and of two roles",
    lab({ nodes: [...NODES, { name: "other1", leaf: "leaf2" }] }),
  ],
  ["duplicate-name", "names that differ in the last digit", lab()],
  [
    "duplicate-neighbor",
    "one address on two switches",
    lab(
      {},
      leaves(
        { neighbors: [{ address: "172.16.0.0", remoteAs: 65001 }] },
        { neighbors: [{ address: "172.16.0.2", remoteAs: 65001 }] },
      ),
    ),
  ],
  [
    "duplicate-network",
    "one prefix from two switches (anycast)",
    lab({}, leaves({ networks: ["10.200.0.0/24"] }, { networks: ["10.200.0.0/24"] })),
  ],
  [
    "duplicate-port",
    "one port on two leaves",
    lab({
      hosts: [
        { name: "h1", leaf: "leaf1", port: 9 },
        { name: "h2", leaf: "leaf2", port: 9 },
      ],
    }),
  ],
  ["ecmp-width", "two paths to two spines", lab({}, { bgp: { maximumPaths: 2 } })],
  [
    "ecmp-width",
    "strict AS paths through spines of one number",
    lab({}, { ...spines({ as: 65000 }, { as: 65000 }), bgp: { multipathRelax: false } }),
  ],
  [
    "fabric-size",
    "one spine and one leaf",
    lab({ nodes: [{ name: "master1", role: "control-plane", leaf: "leaf1" }] }, { spines: 1, leaves: 1 }),
  ],
  [
    "growth",
    "as many nodes as the pod CIDR has blocks for",
    lab({ kubernetes: { podCidr: "10.64.0.0/20", growth: { nodes: 16, podsPerNode: 110 } } }),
  ],
  [
    "host-address",
    "the first and the last free address",
    lab({
      hosts: [
        { name: "h1", leaf: "leaf1", address: "10.0.101.2" },
        { name: "h2", leaf: "leaf1", address: "10.0.101.254" },
      ],
    }),
  ],
  [
    "ibgp-fabric",
    "one AS number, spines that reflect",
    lab(
      {},
      {
        ...spines({ as: 65000 }, { as: 65000 }),
        ...leaves({ as: 65000 }, { as: 65000 }),
        bgp: { routeReflector: true, nextHopSelf: true },
      },
    ),
  ],
  [
    "ipip-next-hop",
    "IPIP with a mesh beside the leaves",
    lab({ calico: { routing: "fabric", encapsulation: "IPIP", bgp: { mesh: true } } }),
  ],
  ["leaf-gateway", "the last address", lab({}, leaves({ gateway: "10.0.101.254" }, {}))],
  ["kubernetes-version", "the images' own", lab({ kubernetes: { version: "v1.34.4" } })],
  ["link-pool", "a /31 for each of four links", lab({}, { links: { pool: "172.16.0.0/29" } })],
  ["management-size", "an address for each of seven machines", lab({ management: { subnet: "192.168.201.0/28" } })],
  ["maximum-prefix", "a block and the service range", bgp({ maximumPrefix: 2 })],
  [
    "mesh-subnets",
    "a mesh without encapsulation, all nodes on one leaf",
    lab({
      calico: { routing: "mesh", encapsulation: "None" },
      nodes: [
        { name: "master1", role: "control-plane", leaf: "leaf1" },
        { name: "node1", leaf: "leaf1" },
      ],
    }),
  ],
  [
    "missing-index",
    "a name without a number, and an index",
    lab({}, { leaves: ["leaf1", { name: "border", index: 2 }] }),
  ],
  ["mtu", "1280 bytes for pods after VXLAN", lab({}, { mtu: 1330 })],
  ["mtu", "1280 bytes without encapsulation", bgp({}, { mtu: 1280 })],
  ["name-syntax", "a label of 63 characters", lab({ name: "a".repeat(63) })],
  [
    "neighbor-as",
    "the number the neighbor has",
    lab({}, leaves({ neighbors: [{ address: "172.16.0.0", remoteAs: 65001 }] }, {})),
  ],
  [
    "neighbor-off-subnet",
    "a loopback, declared multihop",
    lab(
      {},
      leaves(
        { neighbors: [{ address: "172.16.255.102", remoteAs: 65102, multihop: 2 }] },
        { neighbors: [{ address: "172.16.255.101", remoteAs: 65101, multihop: 2 }] },
      ),
    ),
  ],
  ["neighbor-off-subnet", "a node of another rack, which the load balancer reaches by multihop", balancer({})],
  [
    "neighbor-one-sided",
    "two leaves that name each other",
    lab(
      {},
      leaves(
        { neighbors: [{ address: "172.16.255.102", remoteAs: 65102, multihop: 2 }] },
        { neighbors: [{ address: "172.16.255.101", remoteAs: 65101, multihop: 2 }] },
      ),
    ),
  ],
  [
    "neighbor-one-sided",
    "every node by its address",
    balancer({ neighbors: [{ address: "10.0.101.11" }, { address: "10.0.101.101" }, { address: "10.0.102.102" }] }),
  ],
  [
    "neighbor-self",
    "the other end of the link",
    lab({}, spines({ neighbors: [{ address: "172.16.0.1", remoteAs: 65101 }] }, {})),
  ],
  [
    "neighbor-source",
    "a neighbor on a subnet of both",
    lab({}, leaves({ neighbors: [{ address: "172.16.0.0", remoteAs: 65001, multihop: 2 }] }, {})),
  ],
  [
    "neighbor-source",
    "switches that name each other by their links",
    lab(
      {},
      leaves(
        { neighbors: [{ address: "172.16.0.3", remoteAs: 65102, multihop: 3 }] },
        { neighbors: [{ address: "172.16.0.1", remoteAs: 65101, multihop: 3 }] },
      ),
    ),
  ],
  [
    "neighbor-unknown",
    "an address that a spine has",
    lab({}, leaves({ neighbors: [{ address: "172.16.0.0", remoteAs: 65001 }] }, {})),
  ],
  ["netscaler-as", "a number beside the cluster's", balancer({ as: 64513 })],
  ["netscaler-mode", "nodes that speak BGP", balancer({})],
  ["netscaler-unbuilt", "a lab without one", lab()],
  [
    "network-range",
    "the default route, and a prefix that covers the pods",
    lab({}, spines({ networks: ["0.0.0.0/0", "10.64.0.0/11"] }, {})),
  ],
  [
    "network-range",
    "its own loopback and server subnet",
    lab({}, leaves({ networks: ["172.16.255.101/32", "10.0.101.0/24"] }, {})),
  ],
  [
    "node-address",
    "the first and the last free address",
    lab({
      nodes: [
        { ...NODES[0], address: "10.0.101.2" },
        { ...NODES[1], address: "10.0.101.254" },
      ],
    }),
  ],
  [
    "overlap",
    "ranges that touch",
    lab({
      management: { subnet: "172.16.1.0/24" },
      kubernetes: { podCidr: "10.64.0.0/12", serviceCidr: "10.80.0.0/12" },
    }),
  ],
  ["overlap", "the address before Docker's bridge", lab({ management: { subnet: "172.16.254.0/24" } })],
  ["pod-blocks", "a node CIDR for each of three nodes", lab({ kubernetes: { podCidr: "10.64.0.0/22" } })],
  [
    "pool-exhausted",
    "the last loopback of the pool",
    lab(
      {},
      { leaves: ["leaf1", { name: "leaf155", serverSubnet: "10.0.102.0/24" }], links: { pool: "172.20.0.0/16" } },
    ),
  ],
  ["pod-blocks", "a block of the pool for each of three nodes", lab({ calico: { pool: "10.64.0.0/24" } })],
  [
    "growth",
    "as many nodes as the pool has blocks for",
    lab({
      kubernetes: { podCidr: "10.64.0.0/16", growth: { nodes: 16, podsPerNode: 110 } },
      calico: { pool: "10.64.0.0/21" },
    }),
  ],
  ["override-loop", "AS numbers overridden by a spine", lab({}, spines({ bgp: { asOverride: true } }))],
  [
    "pool-outside",
    "the last part of the pod CIDR, and all of it",
    lab({ kubernetes: { podCidr: "10.64.0.0/16" }, calico: { pool: "10.64.255.0/24" } }),
  ],
  ["public-as", "the first and the last private number", lab({}, leaves({ as: 64512 }, { as: 65534 }))],
  ["rack-loop", "loops dropped, in one rack", bgp({ acrossRacks: "none" }, {}, { nodes: NODES.slice(0, 2) })],
  ["rack-loop", "loops dropped, with an AS number a rack", bgp({ acrossRacks: "none", nodeAs: "rack" })],
  ["rack-loop", "loops dropped, beside a mesh", bgp({ acrossRacks: "none", mesh: true })],
  ["reflector-as", "reflectors in a cluster of one number", bgp({ routeReflectors: ["node1", "node2"] })],
  ["reflector-mesh", "a mesh without reflectors", bgp({ mesh: true })],
  ["reflector-name", "reflectors that are nodes", bgp({ routeReflectors: ["master1", "node2"] })],
  ["reflector-quorum", "two reflectors", bgp({ routeReflectors: ["node1", "node2"] })],
  [
    "reflector-rack",
    "a reflector in each rack that has nodes",
    bgp({ routeReflectors: ["node1", "node2"] }, { leaves: 3 }),
  ],
  ["reserved-as", "numbers beside the reserved ones", lab({}, leaves({ as: 65534 }, { as: 23457 }))],
  ["rp-filter-ecmp", "strict, with a path by each spine", lab({ rpFilter: "strict" }, { bgp: { maximumPaths: 2 } })],
  ["rp-filter-ecmp", "loose, with one path", lab({ rpFilter: "loose" }, { bgp: { maximumPaths: 1 } })],
  [
    "rp-filter-ecmp",
    "strict on a spine alone",
    lab({}, { ...spines({ rpFilter: "strict" }, {}), bgp: { maximumPaths: 1 } }),
  ],
  [
    "rp-filter-links",
    "links that every spine announces",
    lab({ rpFilter: "strict" }, spines({ networks: ["172.16.0.0/24"] }, { networks: ["172.16.0.0/24"] })),
  ],
  ["rp-filter-links", "one leaf", lab({ rpFilter: "loose", nodes: NODES.slice(0, 2) }, { leaves: 1 })],
  [
    "rule-switch",
    "a rule switched off, with its reason",
    lab({ ...switched("ecmp-width", "one path is what we test") }),
  ],
  [
    "server-subnet-size",
    "a /30",
    lab({ nodes: [{ ...NODES[0], address: "10.0.101.2" }] }, leaves({ serverSubnet: "10.0.101.0/30" }, {})),
  ],
  ["service-cidr-size", "a /28", lab({ kubernetes: { serviceCidr: "10.80.0.0/28" } })],
  [
    "special-range",
    "addresses beside loopback and multicast",
    lab({}, { ...spines({ loopback: "126.255.255.255" }, { loopback: "223.255.255.255" }) }),
  ],
  ["spine-capacity", "the highest index", lab({}, { spines: ["spine1", "spine8"] })],
  ["unknown-leaf", "leaves that are there", lab()],
  ["vip-range", "one in the load balancer's subnet, one in none", balancer({ vips: ["10.0.101.250", "10.200.0.1"] })],
  ["vxlan-port", "the ports beside NodePorts", lab({ calico: { vxlan: { port: 32768 } } })],
  ["vxlan-port", "a port of nobody's concern in mode bgp", lab({ calico: { mode: "bgp", vxlan: { port: 30000 } } })],
  ["vxlan-port-known", "the ports beside that of clients' sockets", lab({ calico: { vxlan: { port: 61000 } } })],
  ["vxlan-port-known", "VXLAN-GPE's in mode bgp", lab({ calico: { mode: "bgp", vxlan: { port: 4790 } } })],
  [
    "workload-replicas",
    "110 pods for each of two workers",
    lab({ workload: { namespace: "a", name: "b", service: "c", replicas: 220 } }),
  ],
  [
    "host-overlap",
    "no facts of the machine",
    () =>
      (parse(readFileSync(join(FIXTURES, "..", "..", "..", "Pulumi.vxlan.yaml"), "utf8")) as { config: Tree }).config[
        "fabriclab:lab"
      ],
  ],
];
