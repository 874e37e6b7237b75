import { addressText, knownRange, rangeAround, rangeText } from "../../lab-spec/ip";
import { inPodPool } from "../cluster";
import type { LabPrediction } from "../prediction";
import { nominalBlocks } from "../prediction/blocks";
import type { Address, LabPlan, Prefix } from "../types";

/** Blocks of pod addresses by node. */
export type Blocks = Readonly<Record<string, readonly Prefix[]>>;

/** Blocks of a prediction; where Calico has BGP off and routes say nothing of them, stand-ins. */
export function blocksFor(plan: LabPlan, { blocksOf }: LabPrediction): Blocks {
  return Object.keys(blocksOf).length > 0 ? blocksOf : nominalBlocks(plan);
}

/** The second address of the node's first block: a pod's, the first being the VXLAN device's where there is one. Null without a block. */
export function podAddress(blocks: Blocks, node: string): Address | null {
  const block = blocks[node]?.[0];
  if (block === undefined) return null;
  const { first, last } = knownRange(block);
  return addressText(Math.min(first + 1, last));
}

/** Finds the node whose block holds an address. */
export function blockFinder(blocks: Blocks, plan: LabPlan): (address: Address) => string | null {
  const entries = Object.entries(blocks).flatMap(([node, prefixes]) => prefixes.map((prefix) => ({ node, prefix })));
  const byBlock = new Map(entries.map(({ node, prefix }) => [prefix, node]));
  const lengths = [...new Set(entries.map(({ prefix }) => knownRange(prefix).length))];
  return (address) => {
    if (!inPodPool(plan, address)) return null;
    for (const length of lengths) {
      const { first } = knownRange(`${address}/32`);
      const node = byBlock.get(rangeText(rangeAround(first, length)));
      if (node !== undefined) return node;
    }
    return null;
  };
}
