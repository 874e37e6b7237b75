import { widerPodCidrText } from "./common/ranges";
import { knownRange, rangeSize } from "../../lab-spec/ip";
import type { Allocation } from "../allocate";
import { leavesOf } from "../lookup";
import { serversOf } from "./common/servers";
import { NODE_CIDR_LENGTH } from "./common/pod-pool";
import { defineRule, type Finding } from "./rule";

/** Network, gateway and broadcast address of a server subnet. */
const SUBNET_TAKEN = 3;

export const growth = defineRule({
  name: "growth",
  title: "The address pools have room for the growth asked for",
  severity: "error",
  source:
    "docs/spec.md, kubernetes.growth; https://docs.tigera.io/calico/latest/reference/resources/ippool#block-sizes",
  why: "Pod CIDR and block size can't be changed in a running cluster: it has to be made anew.",
  ofCluster: true,
  find: (lab) => {
    const { spec } = lab;
    const leaves = leavesOf(lab);
    const asked = spec.kubernetes.growth;
    if (asked === null) return [];
    const values = {
      "kubernetes.growth.nodes": String(asked.nodes),
      "kubernetes.growth.podsPerNode": String(asked.podsPerNode),
    };
    const findings: Finding[] = [];

    findings.push(...podFindings(lab, asked, values));

    const others = serversOf(lab).filter((server) => server.kind !== "node").length;
    const free =
      leaves.reduce(
        (sum, { serverSubnet: { value } }) =>
          sum + (value === null ? 0 : Math.max(0, rangeSize(knownRange(value)) - SUBNET_TAKEN)),
        0,
      ) - others;
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

/** Blocks and node CIDRs come from one range, or blocks from a pool that is a part of it. */
function podFindings(
  lab: Allocation,
  asked: { readonly nodes: number; readonly podsPerNode: number },
  values: Finding["values"],
): Finding[] {
  const {
    kubernetes: { podCidr },
    calico: { blockSize, pool },
  } = lab.spec;
  const blocks = Math.ceil(asked.podsPerNode / 2 ** (32 - blockSize)) * 2 ** (32 - blockSize);
  const nodeCidr = 2 ** (32 - NODE_CIDR_LENGTH);
  const common = (range: string, each: number): string =>
    `${range} has ${rangeSize(knownRange(range))} addresses, and ${asked.nodes} nodes with ${asked.podsPerNode} pods each take ${asked.nodes * each}: ${each} a node, in blocks of /${blockSize}`;
  const lengthFor = (each: number): number => 32 - Math.ceil(Math.log2(asked.nodes * each));
  const whole = Math.max(blocks, nodeCidr);
  const fits = (range: string, each: number): boolean => asked.nodes * each <= rangeSize(knownRange(range));
  if (!fits(podCidr, whole))
    return [
      {
        path: "kubernetes.podCidr",
        message: `pod CIDR ${common(podCidr, whole)} and a node CIDR of /${NODE_CIDR_LENGTH}`,
        values: { "kubernetes.podCidr": podCidr, "calico.blockSize": String(blockSize), ...values },
        remedy: `${widerPodCidrText(lab, lengthFor(whole))}.`,
      },
    ];
  if (pool === null || fits(pool, blocks)) return [];
  return [
    {
      path: "calico.pool",
      message: `pool ${common(pool, blocks)}`,
      values: { "calico.pool": pool, "calico.blockSize": String(blockSize), ...values },
      remedy: `Use a pool of /${lengthFor(blocks)} or shorter.`,
    },
  ];
}
