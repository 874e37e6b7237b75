import { knownRange } from "../../../lab-spec/ip";
import type { LabSpec } from "../../../lab-spec";

/** kube-controller-manager gives every node a /24 of the cluster CIDR. */
export const NODE_CIDR_LENGTH = 24;

/** How many prefixes of a length a range has. */
export function piecesOf(range: string, unit: number): number {
  const { length } = knownRange(range);
  return length > unit ? 0 : 2 ** (unit - length);
}

/** How many pieces the pod CIDR has of what a node needs: a node CIDR, and where Calico's pool is all of it a block, the larger of the two. */
export function blocksOf({ kubernetes, calico }: LabSpec): { unit: number; blocks: number } {
  const unit = calico.pool === null ? Math.min(calico.blockSize, NODE_CIDR_LENGTH) : NODE_CIDR_LENGTH;
  return { unit, blocks: piecesOf(kubernetes.podCidr, unit) };
}
