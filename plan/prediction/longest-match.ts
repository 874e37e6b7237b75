import { knownRange, rangeAround, type PrefixRange } from "../../lab-spec/ip";
import type { Prefix } from "../types";

/** Items by prefix: by length, then by first address. A lookup costs one step a length, not one an item. */
export type PrefixTable<Item> = readonly ReadonlyMap<number, Item>[];

const LONGEST = 32;

/** A table of items, each under its prefixes; of two with one prefix the first stays. */
export function prefixTable<Item>(
  items: readonly Item[],
  prefixesOf: (item: Item) => readonly Prefix[],
): PrefixTable<Item> {
  const table = Array.from({ length: LONGEST + 1 }, () => new Map<number, Item>());
  for (const item of items)
    for (const prefix of prefixesOf(item)) {
      const { first, length } = knownRange(prefix);
      const ofLength = table[length];
      if (ofLength?.has(first) === false) ofLength.set(first, item);
    }
  return table;
}

/** What a table has under just this prefix. */
export function itemAt<Item>(table: PrefixTable<Item>, prefix: Prefix): Item | undefined {
  const { first, length } = knownRange(prefix);
  return table[length]?.get(first);
}

/** Of the items whose prefixes hold the address that with the longest prefix, of those that `has` takes; null if there is none. */
export function longestMatch<Item>(
  table: PrefixTable<Item>,
  address: number,
  has: (item: Item) => boolean = () => true,
  shortest = 0,
): Item | null {
  for (const { range, item } of matches(table, address)) {
    if (range.length < shortest) return null;
    if (has(item)) return item;
  }
  return null;
}

/** The items whose prefixes hold the address, each with the prefix it is found by, longest first. */
export function* matches<Item>(
  table: PrefixTable<Item>,
  address: number,
): Generator<{ readonly range: PrefixRange; readonly item: Item }> {
  for (let length = LONGEST; length >= 0; length--) {
    const range = rangeAround(address, length);
    const item = table[length]?.get(range.first);
    if (item !== undefined) yield { range, item };
  }
}
