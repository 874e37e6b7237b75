import { knownRange } from "../../../lab-spec/ip";

/** kube-controller-manager gives every node a /24 of the cluster CIDR. */
export const NODE_CIDR_LENGTH = 24;

/** How many prefixes of a length a range has. */
export function piecesOf(range: string, unit: number): number {
  const { length } = knownRange(range);
  return length > unit ? 0 : 2 ** (unit - length);
}
