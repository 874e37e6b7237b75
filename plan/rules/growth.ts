import { knownRange, rangeSize } from "../../spec/ip";
import { serversOf } from "./common/servers";
import { NODE_CIDR_LENGTH } from "./common/pod-pool";
import { defineRule, type Finding } from "./rule";

/** Network, gateway and broadcast address of a server subnet. */
const SUBNET_TAKEN = 3;

export const growth = defineRule({
  name: "growth",
  title: "The address pools have room for the growth asked for",
  severity: "error",
  source: "docs/spec.md, kubernetes.growth; https://docs.tigera.io/calico/latest/reference/resources/ippool#block-sizes",
  why: "Pod CIDR and block size can't be changed in a running cluster: it has to be made anew.",
  find: (lab) => {
    const { spec, leaves } = lab;
    const asked = spec.kubernetes.growth;
    if (asked === null) return [];
    const { podCidr } = spec.kubernetes;
    const { blockSize } = spec.calico;
    const values = { "kubernetes.growth.nodes": String(asked.nodes), "kubernetes.growth.podsPerNode": String(asked.podsPerNode) };
    const findings: Finding[] = [];

    const each = Math.max(Math.ceil(asked.podsPerNode / 2 ** (32 - blockSize)) * 2 ** (32 - blockSize), 2 ** (32 - NODE_CIDR_LENGTH));
    const needed = asked.nodes * each, room = rangeSize(knownRange(podCidr));
    if (needed > room) {
      findings.push({
        path: "kubernetes.podCidr",
        message: `pod CIDR ${podCidr} has ${room} addresses, and ${asked.nodes} nodes with ${asked.podsPerNode} pods each take ${needed}: ${each} a node, in blocks of /${blockSize} and a node CIDR of /${NODE_CIDR_LENGTH}`,
        values: { "kubernetes.podCidr": podCidr, "calico.blockSize": String(blockSize), ...values },
        remedy: `Use a pod CIDR of /${32 - Math.ceil(Math.log2(needed))} or shorter.`,
      });
    }

    const others = serversOf(lab).filter((server) => server.kind !== "node").length;
    const free = leaves.reduce((sum, { serverSubnet: { value } }) => sum + (value === null ? 0 : Math.max(0, rangeSize(knownRange(value)) - SUBNET_TAKEN)), 0) - others;
    if (asked.nodes > free) {
      findings.push({
        path: "kubernetes.growth.nodes",
        message: `the server subnet${leaves.length === 1 ? " of 1 leaf has" : `s of ${leaves.length} leaves have`} ${free} addresses for ${asked.nodes} nodes`,
        values: { "kubernetes.growth.nodes": values["kubernetes.growth.nodes"] },
        remedy: "Add leaves, or give them larger server subnets.",
      });
    }
    return findings;
  },
});
