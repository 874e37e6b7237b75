import { knownRange, rangeAround, rangeText, sortPrefixes, type PrefixRange } from "../../lab-spec/ip";
import type { Prefix } from "../types";

/**
 * The figure FRR prints as `RIB entries` for a table of these prefixes.
 *
 * FRR counts the nodes of its routing table, a binary trie with compressed paths (lib/table.c): one per prefix, and one per place where two
 * branches part and no prefix stands.
 */
export function ribEntries(prefixes: readonly Prefix[]): number {
  const sorted = sortPrefixes([...new Set(prefixes)]);
  const ranges = sorted.map(knownRange);
  const nodes = new Set(sorted);
  // Neighbors in sorted order part at every branching point of the trie, and at no other place.
  ranges.forEach((range, i) => {
    const next = ranges[i + 1];
    if (next !== undefined) nodes.add(commonPrefix(range, next));
  });
  return nodes.size;
}

function commonPrefix(left: PrefixRange, right: PrefixRange): Prefix {
  const sameBits = Math.clz32((left.first ^ right.first) >>> 0);
  return rangeText(rangeAround(left.first, Math.min(sameBits, left.length, right.length)));
}
