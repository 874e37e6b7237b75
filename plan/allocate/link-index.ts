/**
 * Number of the link between a leaf and a spine: a pairing function, so that it depends on the two indices alone and no switch that comes or
 * goes moves another link's addresses.
 *
 * Up to the capacity C of spines, links are numbered in square shells: shell k holds the links whose greater index is k, after the (k-1)^2
 * links of the smaller fabric. A fabric that grows evenly thus stays dense. Spines end at C; leaves beyond C take C numbers each.
 *
 * @param leaf index of the leaf, from 1
 * @param spine index of the spine, from 1 to `capacity`
 * @returns a number from 0, unique for the pair
 */
export function linkIndex(leaf: number, spine: number, capacity: number): number {
  if (leaf > capacity) return capacity ** 2 + (leaf - capacity - 1) * capacity + (spine - 1);
  const shell = Math.max(leaf, spine);
  const base = (shell - 1) ** 2;
  return leaf === shell && spine < shell ? base + spine - 1 : base + shell - 1 + leaf - 1;
}
