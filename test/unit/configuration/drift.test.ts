import { parseFacts, type Facts } from "../../../configuration/facts";
import { driftOf, sectionsFor } from "../../../configuration/drift";
import { statementsOf } from "../../../configuration/drift/statements";
import { repairProgram, repairs } from "../../../provider/configuration/repair";
import type { Wanted } from "../../../configuration/wanted";
import { switchFiles, switchState, nodeFiles, serverState } from "../../../plan/render";
import { nodesOf, switchOf } from "../../../plan/lookup";
import { planOf, stackValue } from "../plan/labs";

const plan = planOf(stackValue("bgp"));
const leaf = switchOf(plan, "leaf1");
const wantedLeaf: Wanted = {
  files: switchFiles(plan, "leaf1"),
  routing: "replace",
  system: switchState(leaf),
  member: null,
  deployments: [],
  objects: null,
};
const node = nodesOf(plan).find(({ role }) => role === "worker")!;
const wantedNode: Wanted = {
  files: nodeFiles(plan, node.name),
  routing: null,
  system: serverState(node, plan),
  member: { node: node.name, cluster: "c", annotations: { "a/AS": null }, labels: { rack: "leaf1" } },
  deployments: [{ namespace: "kube-system", name: "coredns", replicas: 2 }],
  objects: { BGPPeer: ["leaf1"], NetworkPolicy: [] },
};

const FIRST_RULES = [
  { priority: 0, src: "all", table: "local" },
  { priority: 32766, src: "all", table: "main" },
  { priority: 32767, src: "all", table: "default" },
];

/** What a machine answers that is as it is meant to be. */
function whole(wanted: Wanted): Record<string, string> {
  const { system } = wanted;
  const addresses = Object.entries(system!.interfaces).map(([ifname, { addresses: own, bridge }]) => ({
    ifname,
    ifalias: "leaf1 swp1",
    flags: ["UP"],
    ...(bridge === null ? {} : { master: bridge }),
    addr_info: [...(ifname === "lo" ? ["127.0.0.1/8"] : []), ...own].map((address) => ({
      family: "inet",
      local: address.split("/")[0],
      prefixlen: Number(address.split("/")[1] ?? 32),
    })),
  }));
  const { defaultRoute } = system!;
  return {
    hostname: system!.hostname,
    addresses: JSON.stringify(addresses),
    rules: JSON.stringify(FIRST_RULES),
    routes: JSON.stringify([
      { dst: "172.30.0.0/16", dev: "eth0", protocol: "kernel" },
      ...(defaultRoute === null ? [] : [{ dst: "default", gateway: defaultRoute.via, dev: defaultRoute.dev }]),
      ...(wanted.routing === null
        ? []
        : [
            { dst: "10.0.102.0/24", protocol: "bgp", nexthops: [{ gateway: "172.16.0.0" }, { gateway: "172.16.0.2" }] },
          ]),
    ]),
    firewall: "*filter\n:INPUT ACCEPT [0:0]\n:KUBE-FIREWALL - [0:0]\nCOMMIT",
    tables: "table ip nat\ntable ip filter",
    "standing-still": "",
    member: "",
    ...Object.fromEntries(Object.entries(system!.sysctls).map(([name, value]) => [`sysctl:${name}`, value])),
    ...Object.fromEntries(
      [...system!.services, ...system!.memberServices].map((unit) => [`service:${unit}`, "active"]),
    ),
    ...Object.fromEntries(Object.entries(wanted.files).map(([path, text]) => [`file:${path}`, text.trimEnd()])),
    ...(wanted.routing === null
      ? {}
      : {
          running: `Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\n${wanted.files["/etc/frr/frr.conf"]}`,
          zebra: JSON.stringify({
            "10.0.102.0/24": [
              {
                protocol: "bgp",
                selected: true,
                installed: true,
                nexthops: [
                  { fib: true, ip: "172.16.0.0" },
                  { fib: true, ip: "172.16.0.2" },
                ],
              },
            ],
          }),
        }),
    ...(wanted.member === null
      ? {}
      : {
          [`node:${wanted.member.node}`]: JSON.stringify({ metadata: { annotations: {}, labels: { rack: "leaf1" } } }),
        }),
    deployments: JSON.stringify({
      items: [{ metadata: { namespace: "kube-system", name: "coredns" }, spec: { replicas: 2 } }],
    }),
    objects: JSON.stringify({
      items: [{ apiVersion: "crd.projectcalico.org/v1", kind: "BGPPeer", metadata: { name: "leaf1" } }],
    }),
  };
}

const factsOf = (texts: Readonly<Record<string, string>>): Facts =>
  new Map(Object.entries(texts).map(([name, text]) => [name, { status: 0, text }]));

/** What is said, and what is done about it, when some answers are others. */
function seen(wanted: Wanted, others: Readonly<Record<string, string>>): { says: string[]; program: string } {
  const found = driftOf(factsOf({ ...whole(wanted), ...others }), wanted);
  const { text } = repairProgram(repairs(found), wanted);
  return { says: found.map(({ says }) => says), program: text };
}

test("a machine that is as it is meant to be has no drift, and each section that it was asked for was given", () => {
  for (const wanted of [wantedLeaf, wantedNode]) {
    expect(driftOf(factsOf(whole(wanted)), wanted)).toEqual([]);
    expect(sectionsFor(wanted).filter((name) => !(name in whole(wanted)))).toEqual([]);
  }
});

const edit = (wanted: Wanted, section: string, change: (value: never) => unknown): Record<string, string> => ({
  [section]: JSON.stringify(change(JSON.parse(whole(wanted)[section]!) as never)),
});
type Addresses = { ifname: string; master?: string; flags?: string[]; addr_info: object[] }[];
const withAddress = (wanted: Wanted, name: string, addr_info: object[]): Record<string, string> =>
  edit(wanted, "addresses", (all: Addresses) =>
    all.map((each) => (each.ifname === name ? { ...each, addr_info } : each)),
  );
const inet = (local: string, prefixlen: number): object => ({ family: "inet", local, prefixlen });
const running = (change: (text: string) => string): Record<string, string> => ({
  running: change(whole(wantedLeaf).running!),
});
const more = (wanted: Wanted, section: string, ...added: object[]): Record<string, string> =>
  edit(wanted, section, (all: object[]) => [...all, ...added]);
const IPTABLES = (rule: string): Record<string, string> => ({
  firewall: `*filter\n:INPUT ACCEPT [0:0]\n${rule}\nCOMMIT`,
});

test.each<[string, Wanted, Record<string, string>, string[], string]>([
  [
    "a neighbor typed into vtysh",
    wantedLeaf,
    running((text) => text.replace("router bgp 65101\n", "router bgp 65101\n neighbor 10.0.101.250 remote-as 64999\n")),
    ["+ FRR: router bgp 65101 / neighbor 10.0.101.250 remote-as 64999"],
    "set -- repair",
  ],
  [
    "maximum-paths 1",
    wantedLeaf,
    running((text) => text.replace(" exit-address-family", "  maximum-paths 1\n exit-address-family")),
    ["+ FRR: router bgp 65101 / address-family ipv4 unicast / maximum-paths 1"],
    "set -- repair",
  ],
  [
    "a password that differs, which is not shown",
    wantedLeaf,
    running((text) => text.replace("router bgp 65101\n", "router bgp 65101\n neighbor 10.9.9.9 password s3cret\n")),
    ["+ FRR: router bgp 65101 / neighbor 10.9.9.9 password [secret]"],
    "set -- repair",
  ],
  [
    "a configuration file that was changed and not loaded",
    wantedLeaf,
    {
      "file:/etc/frr/frr.conf": wantedLeaf.files["/etc/frr/frr.conf"]!.replace("router bgp 65101", "router bgp 65109"),
    },
    expect.arrayContaining([
      "+ /etc/frr/frr.conf: router bgp 65109, and 24 statements in it",
      "- /etc/frr/frr.conf: router bgp 65101, and 24 statements in it",
    ]) as never,
    "set -- repair",
  ],
  [
    "a second address",
    wantedNode,
    withAddress(wantedNode, "eth1", [inet("10.0.101.101", 24), inet("10.9.9.9", 24)]),
    ["+ eth1: address 10.9.9.9/24"],
    "ip addr del 10.9.9.9/24 dev eth1",
  ],
  [
    "the bridge's address removed",
    wantedLeaf,
    withAddress(wantedLeaf, "bridge", []),
    ["- bridge: address 10.0.101.1/24"],
    "ip addr add 10.0.101.1/24 dev bridge",
  ],
  [
    "a port taken off the bridge",
    wantedLeaf,
    edit(wantedLeaf, "addresses", (all: Addresses) =>
      all.map((each) => (each.ifname === "swp1" ? { ...each, master: undefined } : each)),
    ),
    ["- swp1: port of bridge"],
    "ip link set dev swp1 master bridge",
  ],
  [
    "ip_forward off",
    wantedLeaf,
    { "sysctl:net.ipv4.ip_forward": "0" },
    ["~ sysctl net.ipv4.ip_forward: 0 => 1"],
    "sysctl -q -w net.ipv4.ip_forward=1",
  ],
  ["the hostname", wantedLeaf, { hostname: "x" }, [`~ hostname: x => ${leaf.hostname}`], `hostname ${leaf.hostname}`],
  [
    "a static route in the kernel",
    wantedLeaf,
    more(wantedLeaf, "routes", { dst: "10.0.102.128/25", gateway: "172.16.0.0", dev: "swp51" }),
    ["+ kernel route 10.0.102.128/25 via 172.16.0.0 dev swp51"],
    "ip route del 10.0.102.128/25 via 172.16.0.0 dev swp51",
  ],
  [
    "a blackhole in the kernel",
    wantedLeaf,
    more(wantedLeaf, "routes", { type: "blackhole", dst: "10.0.102.101" }),
    ["+ kernel route blackhole 10.0.102.101"],
    "ip route del blackhole 10.0.102.101",
  ],
  [
    "one of two next hops removed",
    wantedLeaf,
    edit(wantedLeaf, "routes", (all: { dst: string }[]) =>
      all.map((each) =>
        each.dst === "10.0.102.0/24" ? { dst: each.dst, protocol: "bgp", gateway: "172.16.0.0" } : each,
      ),
    ),
    ["~ kernel route 10.0.102.0/24: via 172.16.0.0 => via 172.16.0.0, 172.16.0.2"],
    "ip route del 10.0.102.0/24",
  ],
  [
    "a host's default route",
    wantedNode,
    edit(wantedNode, "routes", (all: { dst: string }[]) => all.filter(({ dst }) => dst !== "default")),
    ["- kernel route default via 10.0.101.1 dev eth1"],
    "ip route replace default via 10.0.101.1 dev eth1",
  ],
  [
    "an ip rule to another table",
    wantedLeaf,
    more(wantedLeaf, "rules", { priority: 100, src: "10.0.101.0", srclen: 24, table: "100" }),
    ["+ ip rule 100: from 10.0.101.0/24 lookup 100"],
    "ip rule del priority 100",
  ],
  [
    "an iptables rule on a switch",
    wantedLeaf,
    IPTABLES("-A INPUT -p tcp -m tcp --dport 179 -j DROP"),
    ["+ iptables -t filter -A INPUT -p tcp -m tcp --dport 179 -j DROP"],
    "filter 'INPUT -p tcp -m tcp --dport 179 -j DROP'",
  ],
  [
    "a policy of the firewall",
    wantedNode,
    { firewall: "*filter\n:FORWARD DROP [0:0]\nCOMMIT" },
    ["~ iptables -t filter: policy of FORWARD DROP => ACCEPT"],
    "iptables -t filter -P FORWARD ACCEPT",
  ],
  [
    "a table of nftables",
    wantedLeaf,
    { tables: "table ip nat\ntable inet block" },
    ["+ nftables table inet block"],
    "nft delete table inet block",
  ],
  [
    "a daemon that stands still",
    wantedLeaf,
    { "standing-still": "41 bgpd" },
    ["+ process bgpd stands still (SIGSTOP)"],
    "kill -CONT 41",
  ],
  [
    "kubelet stopped",
    wantedNode,
    { "service:kubelet": "inactive" },
    ["~ service kubelet: inactive => active"],
    "systemctl restart kubelet",
  ],
  [
    "a node's AS",
    wantedNode,
    {
      [`node:${node.name}`]: JSON.stringify({
        metadata: { annotations: { "a/AS": "64999" }, labels: { rack: "leaf1" } },
      }),
    },
    [`~ node ${node.name}: annotation a/AS: 64999 => none`],
    "# ",
  ],
  [
    "CoreDNS scaled to nothing",
    wantedNode,
    { deployments: '{"items":[{"metadata":{"namespace":"kube-system","name":"coredns"},"spec":{"replicas":0}}]}' },
    ["~ deployment kube-system/coredns: 0 replicas => 2"],
    "scale deployment coredns --replicas=2",
  ],
])("%s is seen, and brought back by what it takes and no more", (_, wanted, others, says, command) => {
  const found = seen(wanted, others);
  expect(found.says).toEqual(says);
  expect(found.program).toContain(command === "# " ? "annotate node" : command);
});

test("what the engine, kubelet, kube-proxy and Felix put into the kernel's own chains is theirs", () => {
  const rules = [
    "-A OUTPUT -d 127.0.0.11/32 -j DOCKER_OUTPUT",
    '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
    '-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD',
    '-A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m mark --mark 0x10000/0x10000 -j ACCEPT',
  ].join("\n");
  expect(seen(wantedNode, IPTABLES(rules)).says).toEqual([]);
  expect(seen(wantedLeaf, IPTABLES(rules)).says).toHaveLength(3);
});

test("routes by interfaces of others are theirs: those of pods, of the management network", () => {
  const others = more(
    wantedNode,
    "routes",
    { dst: "10.64.0.2", dev: "cali0123", scope: "link" },
    { dst: "10.9.0.0/16", dev: "eth0" },
  );
  expect(seen(wantedNode, others).says).toEqual([]);
});

test("a node whose address is brought back need not wait for what failed without it: kubelet tries at once, last of all", () => {
  const bare = { ...whole(wantedNode), ...withAddress(wantedNode, "eth1", []) };
  const restart = ["systemctl", "restart", "kubelet"];
  expect(driftOf(factsOf(bare), wantedNode).map(({ repair }) => repair)).toEqual([
    { kind: "command", words: ["ip", "addr", "add", "10.0.101.101/24", "dev", "eth1"] },
    { kind: "command", words: restart },
  ]);
  const alone = new Map([...factsOf(bare), ["member", { status: 1, text: "" }]]);
  expect(driftOf(alone, wantedNode).map(({ says }) => says)).toEqual(["- eth1: address 10.0.101.101/24"]);
});

test("an end of a cable that was plugged in a moment ago gets its whole stanza, and not the address alone", () => {
  const fresh = (wanted: Wanted, name: string): Record<string, string> =>
    edit(wanted, "addresses", (all: Addresses) =>
      all.map((each) => (each.ifname === name ? { ifname: name, flags: [], addr_info: [] } : each)),
    );
  for (const [wanted, name, missing] of [
    [wantedNode, "eth1", "- eth1: address 10.0.101.101/24"],
    [wantedLeaf, "swp51", "- swp51: address 172.16.0.1/31"],
    [wantedLeaf, "swp1", "- swp1: port of bridge"],
  ] as const)
    expect(driftOf(factsOf({ ...whole(wanted), ...fresh(wanted, name) }), wanted)).toContainEqual({
      says: missing,
      repair: { kind: "command", words: ["ifreload", "-a"] },
    });
});

test("a machine that no cluster has needs no kubelet", () => {
  const facts = factsOf({ ...whole(wantedNode), "service:kubelet": "activating" });
  expect(driftOf(facts, wantedNode)).toEqual([]);
  const alone = new Map([
    ...factsOf({ ...whole(wantedNode), "service:kubelet": "failed" }),
    ["member", { status: 1, text: "" }],
  ]);
  expect(driftOf(alone, wantedNode)).toEqual([]);
});

test("what gives no answer is no drift: a stopped daemon is what is said, not each of its statements", () => {
  const silent = new Map([
    ...factsOf({ ...whole(wantedLeaf), "standing-still": "7 bgpd" }),
    ["running", { status: 124, text: "" }] as const,
    ["zebra", { status: 124, text: "" }] as const,
  ]);
  expect(driftOf(silent, wantedLeaf).map(({ says }) => says)).toEqual(["+ process bgpd stands still (SIGSTOP)"]);
});

test("with extend, neither the file nor what runs beyond it is looked at", () => {
  const extending: Wanted = { ...wantedLeaf, routing: "extend" };
  expect(sectionsFor(extending)).not.toContain("running");
  expect(driftOf(factsOf({ ...whole(extending), "file:/etc/frr/frr.conf": "" }), extending)).toEqual([]);
});

test("a statement is told by the blocks that it stands in", () => {
  expect(
    statementsOf(
      "!\nrouter bgp 1\n neighbor 10.0.0.1 bfd\n !\n address-family ipv4 unicast\n  network 10.0.0.0/8\n exit-address-family\nexit\nip route 10.0.0.0/8 blackhole\nend\n",
    ),
  ).toEqual([
    "router bgp 1",
    "router bgp 1 / neighbor 10.0.0.1 bfd",
    "router bgp 1 / address-family ipv4 unicast",
    "router bgp 1 / address-family ipv4 unicast / network 10.0.0.0/8",
    "ip route 10.0.0.0/8 blackhole",
  ]);
});

test("sections are told apart by their counted lines", () => {
  const facts = parseFacts("2 file:/a 0\n1 hostname 0\nleaf1\n1 hostname 0\nx\n0 tables 1\n");
  expect([...facts]).toEqual([
    ["file:/a", { status: 0, text: "1 hostname 0\nleaf1" }],
    ["hostname", { status: 0, text: "x" }],
    ["tables", { status: 1, text: "" }],
  ]);
  expect(() => parseFacts("motd\n")).toThrow(/begins no section: motd/);
});
