import type { LabPlan } from "../../../plan";
import { podAddress } from "../../../plan/paths/pods";
import { nominalBlocks } from "../../../plan/prediction/blocks";

/** Pod blocks as a cluster could have handed them out, and a pod's address on a node. */
export function podBlocksOf(plan: LabPlan) {
  const blocks = nominalBlocks(plan);
  return { blocks, address: (node: string): string => podAddress(blocks, node) ?? "" };
}
