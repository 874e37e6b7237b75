import { didYouMean } from "../../spec/suggest";
import type { Rule } from "./rule";

/** A fabric has at least one spine and one leaf. */
export const fabricSize: Rule = ({ spec }) =>
  (["spines", "leaves"] as const)
    .filter((tier) => spec.fabric[tier].length === 0)
    .map((tier) => ({ path: `fabric.${tier}`, message: `the fabric has no ${tier}`, values: {}, remedy: `Write ${tier}: 2, or a list of names.`, rule: "fabric-size" }));

/** A node's leaf exists. */
export const unknownLeaf: Rule = ({ nodes, leaves }) =>
  nodes.filter((node) => node.leaf === null).map(({ spec }) => ({
    path: `${spec.path}.leaf`,
    message: `${spec.name} is on "${spec.leaf}", which is no leaf of this lab`,
    values: { [`${spec.path}.leaf`]: spec.leaf, "fabric.leaves": leaves.map((leaf) => leaf.name).join(", ") },
    remedy: didYouMean(spec.leaf, leaves.map((leaf) => leaf.name)),
    rule: "unknown-leaf",
  }));

/** The cluster has one control plane: this lab's etcd and API server run on one node. */
export const controlPlane: Rule = ({ spec }) => {
  const planes = spec.nodes.filter((node) => node.role === "control-plane");
  if (planes.length === 1) return [];
  return [
    {
      path: "nodes",
      message: planes.length === 0 ? "no node has role control-plane" : `${planes.length} nodes have role control-plane: ${planes.map((node) => node.name).join(", ")}`,
      values: Object.fromEntries(planes.map((node) => [`${node.path}.role`, node.role])),
      remedy: planes.length === 0 ? "Give one node role: control-plane." : "Leave one; let the others be workers.",
      rule: "control-plane",
    },
  ];
};
