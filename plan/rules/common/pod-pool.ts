import { knownRange } from "../../../spec/ip";
import type { LabSpec } from "../../../spec";

/** kube-controller-manager gives every node a /24 of the cluster CIDR. */
export const NODE_CIDR_LENGTH = 24;

/** How many pieces the pod CIDR has of what a node needs: a Calico block and a node CIDR, the larger of the two. */
export function blocksOf({ kubernetes, calico }: LabSpec): { unit: number; blocks: number } {
  const unit = Math.min(calico.blockSize, NODE_CIDR_LENGTH);
  const { length } = knownRange(kubernetes.podCidr);
  return { unit, blocks: length > unit ? 0 : 2 ** (unit - length) };
}
