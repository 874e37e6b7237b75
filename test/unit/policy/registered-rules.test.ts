import { CALICO_CASES, type RegisteredCases } from "./calico-cases";
import { RULES } from "../../../plan";
import { isRead, readRegistered, REGISTERED_RULES } from "../../../plan/rules/registered";
import { bgpConfiguration, bgpPeers, felixConfiguration, ipPool, kubeadmInit } from "../../../plan/render";
import {
  bgp,
  calico,
  control,
  felix,
  kubeadm,
  lab,
  link,
  machine,
  node,
  peer,
  planned,
  pool,
  resource,
  vxlan,
  type Props,
} from "./registered-resources";

/** Cases of the rules that read whatever else a program registers. */
const CASES: Readonly<Record<string, RegisteredCases>> = {
  "calico-peer-as": {
    fails: [
      [
        "a leaf's address",
        [lab(bgp), peer({ peerIP: "10.0.101.1", asNumber: 65109 })],
        "spec.asNumber",
        /is 65109, and leaf1, which owns 10\.0\.101\.1, has AS 65101/,
      ],
      [
        "with a port, as text",
        [lab(bgp), peer({ peerIP: "10.0.101.1:179", asNumber: "65102" })],
        "spec.asNumber",
        /is 65102/,
      ],
    ],
    passes: [
      ["the leaf's own", [lab(bgp), peer({ peerIP: "10.0.101.1", asNumber: 65101 })]],
      ["in dotted form", [lab(bgp), peer({ peerIP: "10.0.101.1", asNumber: "0.65101" })]],
      ["no lab", [peer({ peerIP: "10.0.101.1", asNumber: 65109 })]],
    ],
  },
  "calico-peer-unknown": {
    fails: [
      [
        "nobody's address",
        [lab(bgp), peer({ peerIP: "10.0.101.77", asNumber: 65101 })],
        "spec.peerIP",
        /10\.0\.101\.77 lies on a server subnet, and no router/,
      ],
    ],
    passes: [["a leaf's", [lab(bgp), peer({ peerIP: "10.0.102.1", asNumber: 65102 })]]],
  },
  "calico-peer-subnet": {
    fails: [
      [
        "elsewhere",
        [lab(bgp), peer({ peerIP: "10.9.9.1", asNumber: 65101 })],
        "spec.peerIP",
        /10\.9\.9\.1 lies on no subnet/,
      ],
    ],
    passes: [
      ["on a rack's", [lab(bgp), peer({ peerIP: "10.0.101.1", asNumber: 65101 })]],
      ["chosen by selector", [lab(bgp), peer({ peerSelector: "all()" })]],
    ],
  },
  "calico-peer-fields": {
    fails: [
      ["node and selector", [peer({ node: "a", nodeSelector: "all()" })], "spec.nodeSelector", /both/],
      ["address and selector", [peer({ peerIP: "10.0.0.1", peerSelector: "all()" })], "spec.peerSelector", /both/],
      ["number and selector", [peer({ asNumber: 65001, peerSelector: "all()" })], "spec.asNumber", /both/],
    ],
    passes: [
      ["node and address", [peer({ node: "a", peerIP: "10.0.0.1", asNumber: 65001 })]],
      ["two selectors", [peer({ nodeSelector: "all()", peerSelector: "rr == 'true'" })]],
    ],
  },
  "calico-as-reserved": {
    fails: [
      [
        "AS_TRANS of a peer",
        [peer({ peerIP: "10.0.0.1", asNumber: 23456 })],
        "spec.asNumber",
        /23456, which is reserved/,
      ],
      ["too large", [calico("BGPConfiguration", { asNumber: 4294967296 })], "spec.asNumber", /more than 32 bits/],
      [
        "an annotation",
        [node("a", "65535")],
        `metadata.annotations["projectcalico.org/ASNumber"]`,
        /65535, which is reserved/,
      ],
      [
        "no number",
        [node("a", "AS65001")],
        `metadata.annotations["projectcalico.org/ASNumber"]`,
        /"AS65001", which is no AS number/,
      ],
    ],
    passes: [
      ["private", [peer({ asNumber: 65534 }), node("a", "4200000000")]],
      ["not known yet", [peer({ peerIP: "10.0.0.1" })]],
    ],
  },
  "calico-node-as": {
    fails: [
      [
        "another",
        [lab(bgp), node(control, String(planned + 1))],
        `metadata.annotations["projectcalico.org/ASNumber"]`,
        new RegExp(`is ${planned + 1}, and the plan of the lab has AS ${planned}`),
      ],
    ],
    passes: [
      ["the planned", [lab(bgp), node(control, String(planned))]],
      ["of another cluster's node", [lab(bgp), node("elsewhere", "65001")]],
    ],
  },
  "calico-felix-vxlan": {
    fails: [
      [
        "a node with a VNI of its own",
        [felix("default", { vxlanVNI: 4097 }), felix("node.a", { vxlanVNI: 4096 })],
        "spec.vxlanVNI",
        /is 4096, and the cluster has 4097/,
      ],
      [
        "a node with a port of its own, the cluster's unwritten",
        [felix("node.a", { vxlanPort: 4790 })],
        "spec.vxlanPort",
        /is 4790, and the cluster has 4789/,
      ],
      [
        "another than the lab's",
        [lab(vxlan), felix("default", { vxlanVNI: 4097 })],
        "spec.vxlanVNI",
        /and the lab's plan has 4096/,
      ],
      [
        "a NodePort",
        [felix("default", { vxlanPort: 30001 })],
        "spec.vxlanPort",
        /30001, which is for NodePort services/,
      ],
      ["25 bits", [felix("default", { vxlanVNI: 2 ** 24 })], "spec.vxlanVNI", /24 bits/],
    ],
    passes: [
      [
        "one for all",
        [
          felix("default", { vxlanPort: 4790, vxlanVNI: 4097 }),
          felix("node.a", { vxlanVNI: 4097, logSeverityScreen: "Info" }),
        ],
      ],
      ["the lab's", [lab(vxlan), felix("default", { vxlanPort: 4789, vxlanVNI: 4096 })]],
    ],
  },
  "calico-pool-encapsulation": {
    fails: [
      [
        "both",
        [pool({ cidr: "10.244.0.0/16", ipipMode: "Always", vxlanMode: "CrossSubnet" })],
        "spec.vxlanMode",
        /ipipMode is Always and spec\.vxlanMode is CrossSubnet/,
      ],
    ],
    passes: [
      ["one", [pool({ cidr: "10.244.0.0/16", ipipMode: "Always" })]],
      ["none", [pool({ cidr: "10.244.0.0/16" })]],
    ],
  },
  "calico-pool-ipip-ipv6": {
    fails: [
      ["IPv6", [pool({ cidr: "fd00:10::/48", ipipMode: "CrossSubnet" })], "spec.ipipMode", /fd00:10::\/48 is IPv6/],
    ],
    passes: [
      ["VXLAN", [pool({ cidr: "fd00:10::/48", vxlanMode: "Always" })]],
      ["IPv4", [pool({ cidr: "10.244.0.0/16", ipipMode: "Always" })]],
    ],
  },
  "calico-pool-cidr": {
    fails: [
      ["no prefix", [pool({ cidr: "10.244.0.0" })], "spec.cidr", /is no prefix/],
      ["host bits", [pool({ cidr: "10.244.1.0/16" })], "spec.cidr", /bits set after its length/],
      ["smaller than a block", [pool({ cidr: "10.244.0.0/27" })], "spec.blockSize", /smaller than one block of \/26/],
      ["block too long", [pool({ cidr: "10.244.0.0/16", blockSize: 19 })], "spec.blockSize", /lies from 20 to 32/],
    ],
    passes: [
      ["one block", [pool({ cidr: "10.244.0.0/26" })]],
      ["IPv6", [pool({ cidr: "fd00:10::/112", blockSize: 122 })]],
    ],
  },
  "calico-pool-outside": {
    fails: [
      [
        "outside the lab's",
        [lab(bgp), pool({ cidr: "10.99.0.0/16" })],
        "spec.cidr",
        /not inside the cluster's pod range/,
      ],
      [
        "larger than kubeadm's",
        [kubeadm("10.244.0.0/17", "10.96.0.0/12"), pool({ cidr: "10.244.0.0/16" })],
        "spec.cidr",
        /10\.244\.0\.0\/17/,
      ],
    ],
    passes: [
      ["half of it", [kubeadm("10.244.0.0/16", "10.96.0.0/12"), pool({ cidr: "10.244.128.0/17" })]],
      ["disabled", [lab(bgp), pool({ cidr: "10.99.0.0/16", disabled: true })]],
    ],
  },
  "calico-pool-overlap": {
    fails: [
      [
        "one in the other",
        [pool({ cidr: "10.244.0.0/16" }, "one"), pool({ cidr: "10.244.64.0/18" }, "two")],
        "spec.cidr",
        /10\.244\.64\.0\/18 overlaps 10\.244\.0\.0\/16 of IPPool one/,
      ],
    ],
    passes: [["side by side", [pool({ cidr: "10.244.0.0/17" }, "one"), pool({ cidr: "10.244.128.0/17" }, "two")]]],
  },
  "calico-mesh-off": {
    fails: [
      [
        "no peer",
        [calico("BGPConfiguration", { nodeToNodeMeshEnabled: false })],
        "spec.nodeToNodeMeshEnabled",
        /no BGPPeer/,
      ],
    ],
    passes: [
      [
        "a peer",
        [calico("BGPConfiguration", { nodeToNodeMeshEnabled: false }), peer({ peerIP: "10.0.0.1", asNumber: 65001 })],
      ],
      ["mesh on", [calico("BGPConfiguration", { nodeToNodeMeshEnabled: true })]],
    ],
  },
  "kubeadm-subnets": {
    fails: [
      [
        "overlap",
        [kubeadm("10.96.0.0/16", "10.96.0.0/12")],
        "stdin (ClusterConfiguration networking.serviceSubnet)",
        /10\.96\.0\.0\/12 overlaps networking\.podSubnet 10\.96\.0\.0\/16/,
      ],
      [
        "host bits in a copied file",
        [kubeadm("10.244.0.1/16", "10.96.0.0/12", "source")],
        "source.text (ClusterConfiguration networking.podSubnet)",
        /bits set/,
      ],
    ],
    passes: [
      ["apart", [kubeadm("10.244.0.0/16", "10.96.0.0/12")]],
      [
        "no configuration",
        [resource("command:local:Command", "x", { create: "echo kind: ClusterConfiguration of: : nothing" })],
      ],
    ],
  },
  "registered-overlap": {
    fails: [
      [
        "a pool on a rack's subnet",
        [lab(bgp), pool({ cidr: "10.0.101.0/24" })],
        "spec.cidr",
        /the pool 10\.0\.101\.0\/24 overlaps the subnet of leaf1/,
      ],
      [
        "services on the fabric",
        [lab(bgp), kubeadm("10.244.0.0/16", "172.16.0.0/24")],
        "stdin (ClusterConfiguration networking.serviceSubnet)",
        /172\.16\.0\.0\/24 overlaps the subnet of/,
      ],
      [
        "pods on management",
        [machine("m", "m", "10.244.3.0/24"), kubeadm("10.244.0.0/16", "10.96.0.0/12")],
        "stdin (ClusterConfiguration networking.podSubnet)",
        /overlaps the management subnet 10\.244\.3\.0\/24/,
      ],
    ],
    passes: [["a lab and its own pool", [lab(bgp), pool({ cidr: bgp.cluster.podCidr })]]],
  },
  "link-mtu": {
    fails: [
      [
        "smaller than VXLAN needs",
        [lab(vxlan), link("l", "leaf1 swp51", "spine1 swp1", 1450)],
        "mtu",
        /1450, and a pod's packet of 1450 bytes needs 1500/,
      ],
    ],
    passes: [
      ["enough", [lab(vxlan), link("l", "leaf1 swp51", "spine1 swp1")]],
      ["of other machines", [lab(vxlan), link("l", "x eth1", "y eth1", 1280)]],
    ],
  },
  "link-mtu-mixed": {
    fails: [
      [
        "two on a switch",
        [link("one", "a eth1", "b eth1", 9000), link("two", "b eth2", "c eth1", 1500)],
        "mtu",
        /1500, and one, also a Link of b, has 9000/,
      ],
    ],
    passes: [
      ["on no machine in common", [link("one", "a eth1", "b eth1", 9000), link("two", "c eth1", "d eth1", 1500)]],
    ],
  },
  "link-end": {
    fails: [
      [
        "an interface twice",
        [link("one", "a eth1", "b eth1"), link("two", "b eth1", "c eth1")],
        "a.interface",
        /b eth1 is taken by one/,
      ],
      ["a loop", [link("one", "a eth1", "a eth2")], "b.name", /both ends are on a/],
    ],
    passes: [["two interfaces", [link("one", "a eth1", "b eth1"), link("two", "b eth2", "c eth1")]]],
  },
  "machine-name": {
    fails: [["twice", [machine("one", "leaf1"), machine("two", "leaf1")], "name", /"leaf1" is that of one too/]],
    passes: [["two names", [machine("one", "leaf1"), machine("two", "leaf2")]]],
  },
};

describe.each(REGISTERED_RULES.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  const { fails, passes } = CASES[name] ?? CALICO_CASES[name] ?? { fails: [], passes: [] };
  test("has cases that fail and cases that pass", () =>
    expect(Math.min(fails.length, passes.length)).toBeGreaterThan(0));
  test.each(fails)("refuses: %s", (_, resources, path, message) => {
    const findings = rule.check(readRegistered(resources));
    expect(findings.map((each) => each.path)).toEqual([path]);
    expect(findings[0]!.message).toMatch(message);
    expect(findings[0]!.remedy).toMatch(/\.$/);
    expect(resources.map(({ urn }) => urn)).toContain(findings[0]!.urn);
  });
  test.each(passes)("lets pass: %s", (_, resources) => expect(rule.check(readRegistered(resources))).toEqual([]));
});

test.each([
  ["bgp", bgp],
  ["vxlan", vxlan],
] as const)("what the %s lab registers itself breaks no rule", (_, plan) => {
  const objects = [
    felixConfiguration(plan),
    ipPool(plan),
    ...Object.values(bgpPeers(plan)).flat(),
    bgpConfiguration(plan),
  ].flatMap((each) => (each === null ? [] : [each]));
  const resources = [
    lab(plan),
    resource("command:remote:Command", "kubeadm-init", { stdin: kubeadmInit(plan) }),
    ...objects.map((each) => resource(`kubernetes:${each.apiVersion}:${each.kind}`, each.metadata.name, { ...each })),
    ...plan.links.map(({ name, a, b, mtu }) =>
      link(name, `${a.machine} ${a.interface}`, `${b.machine} ${b.interface}`, mtu),
    ),
    ...[...plan.switches, ...plan.servers].map(({ name }) => machine(name, name, plan.management.subnet)),
  ];
  expect(resources.every(({ type }) => isRead(type))).toBe(true);
  expect(REGISTERED_RULES.flatMap((rule) => rule.check(readRegistered(resources)))).toEqual([]);
});

test("routers that no lab plans are known by configuration", () => {
  const known = [{ name: "edge", as: 65500, addresses: ["10.1.0.1"], subnets: ["10.1.0.0/24"] }];
  const findings = (spec: Props): string[] =>
    REGISTERED_RULES.flatMap((rule) => rule.check(readRegistered([peer(spec)], known)).map(() => rule.name));
  expect(findings({ peerIP: "10.1.0.1", asNumber: 65500 })).toEqual([]);
  expect(findings({ peerIP: "10.1.0.1", asNumber: 65501 })).toEqual(["calico-peer-as"]);
  expect(findings({ peerIP: "10.2.0.1", asNumber: 65501 })).toEqual(["calico-peer-subnet"]);
});

test("no rule has the name of a rule of labs", () => {
  const names = [...RULES, ...REGISTERED_RULES].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
