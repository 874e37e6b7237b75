import { withStatus } from "../../../recorded/answers";
import { text, silent, json, summary, routes, NODE1, NODE2, type NegativeCase, type Table } from "./case";

/** Machines, cables, sessions and routes. */
export const FABRIC: readonly NegativeCase[] = [
  {
    check: "machines",
    title: "another machine answers",
    lab: "bgp",
    machine: "leaf1",
    answer: "hostname",
    change: text("leaf-sw1", "leaf-sw9"),
    fails: ["leaf1: leaf-sw9.lab.local"],
  },
  {
    check: "machines",
    title: "a machine does not answer",
    lab: "bgp",
    machine: "spine2",
    answer: "hostname",
    change: silent,
    fails: ["spine2: spine2 does not answer"],
  },
  {
    check: "interfaces",
    title: "an MTU was changed",
    lab: "bgp",
    machine: NODE2,
    answer: "interfaces",
    change: (answer) => withStatus(answer.replace(/(mtu \d+ +)\[pass\]/, "mtu 1400 [fail]"), 1),
    fails: [`${NODE2}: mtu 1400`],
  },
  {
    check: "interfaces",
    title: "an interface is down",
    lab: "bgp",
    machine: "leaf2",
    answer: "interfaces",
    change: (answer) => withStatus(`${answer}swp51 is down [fail]\n`, 1),
    fails: ["leaf2: swp51 is down"],
  },
  {
    check: "reverse-path",
    title: "an interface drops what comes from elsewhere",
    lab: "bgp",
    machine: NODE1,
    answer: "reverse path",
    change: text("eth1.rp_filter = 0", "eth1.rp_filter = 1"),
    fails: [`${NODE1}: eth1 strict`],
  },
  {
    check: "reverse-path",
    title: "the value for all interfaces is greater than their own",
    lab: "bgp",
    machine: "client1",
    answer: "reverse path",
    change: text("conf.all.rp_filter = 0", "conf.all.rp_filter = 2"),
    fails: ["client1: eth1 loose"],
  },
  {
    check: "sessions",
    title: "a session is down",
    lab: "bgp",
    machine: "spine1",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.1"]!.state = "Active";
    }),
    fails: ["spine1 to leaf1 172.16.0.1: Active, AS 65101"],
  },
  {
    check: "sessions",
    title: "a neighbor has another AS number",
    lab: "bgp",
    machine: "spine2",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.7"]!.remoteAs = 65199;
    }),
    fails: ["spine2 to leaf2 172.16.0.7: Established, AS 65199"],
  },
  {
    check: "sessions",
    title: "there is a neighbor too many",
    lab: "bgp",
    machine: "spine1",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.9"] = { state: "Active", remoteAs: 65109, pfxRcd: 0 };
    }),
    fails: ["spine1 all neighbors: 3: 172.16.0.1, 172.16.0.3, 172.16.0.9"],
  },
  {
    check: "sessions",
    title: "a router has another AS number",
    lab: "vxlan",
    machine: "leaf2",
    answer: "bgp summary",
    change: summary((value) => {
      value.as = 65199;
    }),
    fails: ["leaf2 BGP speaker: AS 65199, router ID 172.16.255.102"],
  },
  {
    check: "prefixes",
    title: "a neighbor sends one prefix less",
    lab: "vxlan",
    machine: "leaf1",
    answer: "bgp table",
    change: json<Table>(({ routes: table }) => {
      table["10.0.102.0/24"] = table["10.0.102.0/24"]!.filter(({ peerId }) => peerId !== "172.16.0.0");
    }),
    fails: ["leaf1 from spine1 172.16.0.0: 3: missing 10.0.102.0/24"],
  },
  {
    check: "prefixes",
    title: "FRR counts more than the table has",
    lab: "vxlan",
    machine: "leaf1",
    answer: "bgp summary",
    change: summary(({ peers }) => {
      peers["172.16.0.0"]!.pfxRcd = 9;
    }),
    fails: ["leaf1 from spine1 172.16.0.0: 9"],
  },
  {
    check: "tables",
    title: "a prefix is in no table",
    lab: "bgp",
    machine: "leaf1",
    answer: "bgp table",
    change: json<Table>(({ routes: table }) => {
      delete table["10.0.102.0/24"];
    }),
    fails: ["leaf1 prefixes: 9, missing 10.0.102.0/24"],
  },
  {
    check: "tables",
    title: "the count of entries differs",
    lab: "bgp",
    machine: "spine2",
    answer: "bgp summary",
    change: summary((value) => {
      value.ribCount = 17;
    }),
    fails: ["spine2 RIB entries: 17"],
  },
  {
    check: "outcome",
    title: "a path is missing that would be used beside the best",
    lab: "vxlan",
    machine: "leaf1",
    answer: "bgp table",
    change: json<Table>(({ routes: table }) => {
      table["10.0.102.0/24"] = table["10.0.102.0/24"]!.filter(({ peerId }) => peerId !== "172.16.0.0");
    }),
    fails: ["leaf1 10.0.102.0/24 from spine1: nothing"],
  },
  {
    check: "outcome",
    title: "a switch does not answer",
    lab: "vxlan",
    machine: "spine1",
    answer: "bgp table",
    change: silent,
    fails: ["spine1: spine1 does not answer"],
    fewer: true,
  },
  {
    check: "forwarding",
    title: "a switch uses one of two next hops",
    lab: "bgp",
    machine: "leaf1",
    answer: "routes",
    change: routes((all) =>
      all.map((route) => (route.dst === "10.0.102.0/24" ? { ...route, nexthops: route.nexthops!.slice(0, 1) } : route)),
    ),
    fails: ["leaf1 10.0.102.0/24: via 172.16.0.0"],
  },
  {
    check: "forwarding",
    title: "a switch has a learned route too many",
    lab: "bgp",
    machine: "spine1",
    answer: "routes",
    change: routes((all) => [...all, { dst: "10.99.0.0/16", gateway: "172.16.0.1", dev: "swp1", protocol: "bgp" }]),
    fails: ["spine1 other routes of BGP: 10.99.0.0/16"],
  },
  {
    check: "forwarding",
    title: "an address of a switch has moved",
    lab: "bgp",
    machine: "leaf1",
    answer: "routes",
    change: routes((all) =>
      all.map((route) => (route.dst === "172.16.0.4/31" ? { ...route, dst: "172.16.0.6/31" } : route)),
    ),
    fails: ["leaf1 connected: 10.0.101.0/24, 172.16.0.0/31, 172.16.0.6/31"],
  },
  {
    check: "forwarding",
    title: "a node leaves by its management interface",
    lab: "vxlan",
    machine: NODE2,
    answer: "routes",
    change: routes((all) =>
      all.map((route) => (route.dst === "default" ? { dst: "default", gateway: "192.168.232.1", dev: "eth0" } : route)),
    ),
    fails: [`${NODE2} default: 192.168.232.1 dev eth0`],
  },
  {
    check: "forwarding",
    title: "a node has no default route",
    lab: "bgp",
    machine: NODE1,
    answer: "routes",
    change: routes((all) => all.filter(({ dst }) => dst !== "default")),
    fails: [`${NODE1} default: none`],
  },
  {
    check: "reserved-ranges",
    title: "a node has a route into Docker's range",
    lab: "bgp",
    machine: NODE1,
    answer: "routes",
    change: routes((all) => [...all, { dst: "172.17.4.0/24", dev: "docker0", protocol: "kernel" }]),
    fails: [`${NODE1} routes in it: 172.17.4.0/24`],
  },
];
