import { comparePrefixes, knownRange, rangeAround, rangeText } from "../../spec/ip";
import type { Prefix } from "../types";

/**
 * The figure FRR prints as `RIB entries` for a table of these prefixes.
 *
 * FRR counts the nodes of its routing table, a binary trie with compressed paths (lib/table.c): one per prefix, and one per place where two
 * branches part and no prefix stands.
 */
export function ribEntries(prefixes: readonly Prefix[]): number {
  const sorted = [...new Set(prefixes)].sort(comparePrefixes);
  const nodes = new Set(sorted);
  // Neighbors in sorted order part at every branching point of the trie, and at no other place.
  sorted.forEach((prefix, i) => {
    const next = sorted[i + 1];
    if (next !== undefined) nodes.add(commonPrefix(prefix, next));
  });
  return nodes.size;
}

function commonPrefix(a: Prefix, b: Prefix): Prefix {
  const left = knownRange(a);
  const right = knownRange(b);
  const sameBits = Math.clz32((left.first ^ right.first) >>> 0);
  return rangeText(rangeAround(left.first, Math.min(sameBits, left.length, right.length)));
}
