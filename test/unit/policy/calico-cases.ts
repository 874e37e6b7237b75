import type { RegisteredResource } from "../../../plan/rules/registered";
import { bgp, calico, lab, node, peer, pool, resource, vxlan, type Props } from "./registered-resources";

/** What a rule refuses, with the path and words that show that it was for that; and what comes close and passes. */
export interface RegisteredCases {
  readonly fails: readonly [string, RegisteredResource[], string, RegExp][];
  readonly passes: readonly [string, RegisteredResource[]][];
}

const installation = (calicoNetwork: Props): RegisteredResource =>
  resource("kubernetes:operator.tigera.io/v1:Installation", "default", { spec: { calicoNetwork } });
const chart = (calicoNetwork: Props): RegisteredResource =>
  resource("kubernetes:helm.sh/v3:Release", "calico", { values: { installation: { calicoNetwork } } });
const filter = (spec: Props): RegisteredResource => calico("BGPFilter", spec, "out");
const ipam = (spec: Props): RegisteredResource => calico("IPAMConfiguration", spec, "default");
const TO_LEAF = { peerIP: "10.0.101.1", asNumber: 65101 };

/** Cases of the rules that read Calico's objects in a program. */
export const CALICO_CASES: Readonly<Record<string, RegisteredCases>> = {
  "calico-values": {
    fails: [
      ["another case", [pool({ cidr: "10.64.0.0/12", vxlanMode: "always" })], "spec.vxlanMode", /is "always"/],
      ["the other field's word", [pool({ cidr: "10.64.0.0/12", ipipMode: "IPIP" })], "spec.ipipMode", /is "IPIP"/],
      ["an unknown use", [pool({ cidr: "10.64.0.0/12", allowedUses: ["Pods"] })], "spec.allowedUses[0]", /is "Pods"/],
      [
        "an encapsulation of the operator's",
        [installation({ ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "Vxlan" }] })],
        "spec.calicoNetwork.ipPools[0].encapsulation",
        /is "Vxlan", and Calico knows IPIP, IPIPCrossSubnet, VXLAN/,
      ],
      ["a switch that is a word", [chart({ bgp: "enabled" })], "values.installation.calicoNetwork.bgp", /is "enabled"/],
      ["an action", [filter({ exportV4: [{ action: "Deny" }] })], "spec.exportV4[0].action", /is "Deny"/],
    ],
    passes: [
      ["the right words", [pool({ cidr: "10.64.0.0/12", ipipMode: "CrossSubnet", allowedUses: ["Workload"] })]],
      ["the operator's words", [installation({ bgp: "Enabled", ipPools: [{ encapsulation: "VXLANCrossSubnet" }] })]],
      ["a filter", [filter({ importV6: [{ action: "Accept", matchOperator: "NotIn", cidr: "fd00::/8" }] })]],
    ],
  },
  "calico-selector": {
    fails: [
      ["one equals sign", [peer({ ...TO_LEAF, nodeSelector: "rack = 'leaf1'" })], "spec.nodeSelector", /can't be read/],
      ["no quotes", [peer({ ...TO_LEAF, nodeSelector: "rack == leaf1" })], "spec.nodeSelector", /can't be read/],
      ["kubectl's form", [peer({ ...TO_LEAF, nodeSelector: "rack in (leaf1)" })], "spec.nodeSelector", /can't be read/],
      ["an open parenthesis", [peer({ nodeSelector: "all()", peerSelector: "(has(rr)" })], "spec.peerSelector", /read/],
      [
        "of a pool",
        [pool({ cidr: "10.64.0.0/12", nodeSelector: "zone=='a' and has(b)" })],
        "spec.nodeSelector",
        /read/,
      ],
    ],
    passes: [
      ["every operator", [peer({ ...TO_LEAF, nodeSelector: everyOperator() })]],
      ["all", [peer({ ...TO_LEAF, nodeSelector: "all()" }), pool({ cidr: "10.64.0.0/12", nodeSelector: "!all()" })]],
    ],
  },
  "calico-selector-nobody": {
    fails: [
      [
        "a rack that is not there",
        [lab(bgp), peer({ ...TO_LEAF, nodeSelector: "rack == 'leaf9'" })],
        "spec.nodeSelector",
        /"rack == 'leaf9'" chooses none of the lab's 5 nodes/,
      ],
      [
        "a label of nobody",
        [lab(vxlan), pool({ cidr: "10.64.0.0/12", nodeSelector: "has(gpu)" })],
        "spec.nodeSelector",
        /chooses none/,
      ],
    ],
    passes: [
      ["a rack", [lab(bgp), peer({ ...TO_LEAF, nodeSelector: "rack == 'leaf1'" })]],
      ["a label that the program gives", [lab(bgp), labelled("gpu"), peer({ ...TO_LEAF, nodeSelector: "has(gpu)" })]],
      ["no lab", [peer({ ...TO_LEAF, nodeSelector: "rack == 'leaf9'" })]],
    ],
  },
  "calico-peer-twice": {
    fails: [
      [
        "for all nodes",
        [calico("BGPPeer", TO_LEAF, "one"), calico("BGPPeer", { ...TO_LEAF, asNumber: 65102 }, "two")],
        "spec.peerIP",
        /10\.0\.101\.1 is that of the BGPPeer one too/,
      ],
    ],
    passes: [
      [
        "for other nodes",
        [
          calico("BGPPeer", { ...TO_LEAF, nodeSelector: "rack == 'leaf1'" }, "one"),
          calico("BGPPeer", { ...TO_LEAF, nodeSelector: "rack == 'leaf2'" }, "two"),
        ],
      ],
      [
        "two addresses",
        [calico("BGPPeer", TO_LEAF, "one"), calico("BGPPeer", { ...TO_LEAF, peerIP: "10.0.102.1" }, "two")],
      ],
    ],
  },
  "calico-mtu": {
    fails: [
      [
        "a tunnel as wide as the links",
        [lab(vxlan), calico("FelixConfiguration", { vxlanMTU: 1500 })],
        "spec.vxlanMTU",
        /is 1500, and the lab's links take 1500, 50 of which the outer header takes/,
      ],
      ["IPIP", [lab(bgp), calico("FelixConfiguration", { ipipMTU: 1481 })], "spec.ipipMTU", /20 of which/],
      [
        "the operator's",
        [lab(bgp), installation({ mtu: 1460, ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "VXLAN" }] })],
        "spec.calicoNetwork.mtu",
        /is 1460/,
      ],
    ],
    passes: [
      ["all that there is", [lab(vxlan), calico("FelixConfiguration", { vxlanMTU: 1450, ipipMTU: 1480 })]],
      ["Felix's own choice", [lab(vxlan), calico("FelixConfiguration", { vxlanMTU: 0 })]],
      [
        "no header",
        [lab(bgp), installation({ mtu: 1500, ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "None" }] })],
      ],
      ["no lab", [calico("FelixConfiguration", { vxlanMTU: 9000 })]],
    ],
  },
  "calico-bgp-off": {
    fails: [
      [
        "a pool without VXLAN",
        [installation({ bgp: "Disabled", ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "IPIP" }] })],
        "spec.calicoNetwork.bgp",
        /is Disabled, and the pool 10\.64\.0\.0\/12 .* has no VXLAN/,
      ],
      [
        "peers",
        [chart({ bgp: "Disabled", ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "VXLAN" }] }), peer(TO_LEAF)],
        "values.installation.calicoNetwork.bgp",
        /the stack has the BGPPeer bgppeer/,
      ],
    ],
    passes: [
      ["VXLAN alone", [installation({ bgp: "Disabled", ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "VXLAN" }] })]],
      ["with BGP", [installation({ bgp: "Enabled", ipPools: [{ cidr: "10.64.0.0/12", encapsulation: "None" }] })]],
    ],
  },
  "calico-ipam": {
    fails: [
      ["no blocks and no borrowing", [ipam({ autoAllocateBlocks: false })], "spec.autoAllocateBlocks", /refuses/],
    ],
    passes: [
      ["blocks by hand", [ipam({ autoAllocateBlocks: false, strictAffinity: true })]],
      ["strict", [ipam({ autoAllocateBlocks: true, strictAffinity: true })]],
    ],
  },
  "calico-filter-rules": {
    fails: [
      [
        "the other family",
        [filter({ exportV4: [{ action: "Accept", cidr: "fd00::/8" }] })],
        "spec.exportV4[0].cidr",
        /no IPv4/,
      ],
      [
        "no prefix",
        [filter({ importV4: [{ action: "Reject", cidr: "10.0.0.1" }] })],
        "spec.importV4[0].cidr",
        /no IPv4/,
      ],
    ],
    passes: [
      [
        "prefixes",
        [filter({ exportV4: [{ action: "Accept", cidr: "10.64.0.0/12" }], exportV6: [{ action: "Reject" }] })],
      ],
    ],
  },
  "calico-filter-effect": {
    fails: [
      [
        "a filter that is not there",
        [peer({ ...TO_LEAF, filters: ["in"] }), filter({})],
        "spec.filters[0]",
        /BGPFilter in/,
      ],
      ["all rejected", [filter({ exportV4: [{ action: "Reject" }] })], "spec.exportV4[0]", /rejects every route/],
    ],
    passes: [
      ["its own filter", [peer({ ...TO_LEAF, filters: ["out"] }), filter({ exportV4: [{ action: "Accept" }] })]],
      [
        "what is left is rejected",
        [filter({ exportV4: [{ action: "Accept", cidr: "10.64.0.0/12" }, { action: "Reject" }] })],
      ],
    ],
  },
};

function labelled(label: string): RegisteredResource {
  const one = node("k8s-node-l1-1", "64512");
  return {
    ...one,
    props: {
      metadata: { name: bgp.servers.find(({ name }) => name === "k8s-node-l1-1")?.hostname, labels: { [label]: "" } },
    },
  };
}

function everyOperator(): string {
  return [
    "(a == 'x' || b != \"y\")",
    "c in {'d', 'e'}",
    "f not in {}",
    "has(kubernetes.io/hostname)",
    "!has(g)",
    "h contains 'i'",
    "j starts with 'k'",
    "l ends with 'm'",
  ].join(" && ");
}
