import { json, MASTER, NODE2, section, silent, text, type Kube, type NegativeCase } from "./case";

const LOOK = "look";
const more =
  (line: string) =>
  (seen: string): string =>
    seen === "" ? line : `${seen}\n${line}`;
const first = <Item extends object>(change: (item: Item) => void): ((answer: string) => string) =>
  json<{ items: Item[] }>(({ items }) => change(items[0]!));

/** What somebody typed on a machine. */
export const CONFIGURATION: readonly NegativeCase[] = [
  {
    check: "services",
    title: "a daemon stands still",
    lab: "bgp",
    machine: "leaf1",
    answer: LOOK,
    change: section("standing-still", more("317 bgpd")),
    fails: ["leaf1: + process bgpd stands still (SIGSTOP)"],
  },
  {
    check: "services",
    title: "kubelet is stopped",
    lab: "bgp",
    machine: NODE2,
    answer: LOOK,
    change: section("service:kubelet", () => "inactive"),
    fails: [`${NODE2}: ~ service kubelet: inactive => active`],
  },
  {
    check: "files",
    title: "the file of FRR was changed, and nothing loaded",
    lab: "bgp",
    machine: "leaf1",
    answer: LOOK,
    change: section("file:/etc/frr/frr.conf", text("router bgp 65101", "router bgp 65109")),
    fails: [
      "leaf1: + /etc/frr/frr.conf: router bgp 65109, and 19 statements in it; - /etc/frr/frr.conf: router bgp 65101, and 19 statements in it",
    ],
  },
  {
    check: "kernel",
    title: "somebody added routes, a rule and an address",
    lab: "bgp",
    machine: "leaf1",
    answer: LOOK,
    change: (answer) =>
      [
        section(
          "routes",
          json<object[]>((routes) => routes.push({ dst: "10.0.102.128/25", gateway: "172.16.0.0", dev: "swp51" })),
        ),
        section(
          "rules",
          json<object[]>((rules) => rules.push({ priority: 100, src: "all", table: "100" })),
        ),
      ].reduce((seen, change) => change(seen), answer),
    fails: ["leaf1: + ip rule 100: from all lookup 100; + kernel route 10.0.102.128/25 via 172.16.0.0 dev swp51"],
  },
  {
    check: "firewall",
    title: "a rule drops BGP",
    lab: "bgp",
    machine: "spine1",
    answer: LOOK,
    change: section("firewall", text("COMMIT", "-A INPUT -p tcp -m tcp --dport 179 -j DROP\nCOMMIT")),
    fails: ["spine1: + iptables -t nat -A INPUT -p tcp -m tcp --dport 179 -j DROP"],
  },
  {
    check: "running-config",
    title: "timers were typed into vtysh",
    lab: "bgp",
    machine: "leaf1",
    answer: LOOK,
    change: section("running", text(" neighbor 172.16.0.4 remote-as", " neighbor 172.16.0.0 timers 60 180\n$&")),
    fails: ["leaf1: + FRR: router bgp 65101 / neighbor 172.16.0.0 timers 60 180"],
  },
  {
    check: "running-config",
    title: "FRR gives no answer",
    lab: "bgp",
    machine: "leaf1",
    answer: LOOK,
    change: text(/^\d+ running 0\n[^]*?\nend\n/m, "0 running 124\n"),
    fails: ["leaf1: no answer about: running"],
  },
  {
    check: "node-marks",
    title: "a node's rack was changed",
    lab: "bgp",
    machine: NODE2,
    answer: LOOK,
    change: section(`node:${NODE2}`, text('"rack":"leaf2"', '"rack":"leaf1"')),
    fails: [`${NODE2}: ~ node ${NODE2}: label rack: leaf1 => leaf2`],
  },
  {
    check: "objects",
    title: "a pool's setting was switched",
    lab: "bgp",
    machine: MASTER,
    answer:
      "kubectl ippools.crd.projectcalico.org,felixconfigurations.crd.projectcalico.org,bgppeers.crd.projectcalico.org,bgpconfigurations.crd.projectcalico.org",
    change: first<{ spec: { natOutgoing: boolean } }>(({ spec }) => {
      spec.natOutgoing = true;
    }),
    fails: ["IPPool default-ipv4-ippool: spec.natOutgoing: true, planned false"],
  },
  {
    check: "objects",
    title: "there is a peer that is nobody's, and CoreDNS was scaled to nothing",
    lab: "bgp",
    machine: MASTER,
    answer: LOOK,
    change: (answer) =>
      [
        section(
          "objects",
          json<Kube>(({ items }) => items.push({ ...items[1]!, metadata: { name: "typed" } })),
        ),
        section("deployments", text(/("name":"coredns".*?"replicas":)2/, "$10")),
      ].reduce((seen, change) => change(seen), answer),
    fails: [
      `other objects, and Deployments of kubeadm: ~ deployment kube-system/coredns: 0 replicas => 2; + BGPPeer typed, which is not the lab's; on ${MASTER}: kubectl --kubeconfig /etc/kubernetes/admin.conf delete bgppeers.crd.projectcalico.org typed`,
    ],
  },
  {
    check: "kernel",
    title: "a machine does not answer",
    lab: "bgp",
    machine: "leaf1",
    answer: LOOK,
    change: silent,
    fails: ["leaf1: leaf1 does not answer"],
  },
];
