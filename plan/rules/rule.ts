import type { Problem } from "../../spec";
import type { Allocation } from "../allocate";

/** A rule of a lab: pure, returns every breach. */
export type Rule = (lab: Allocation) => Problem[];

/** Groups of two or more items with the same key, in the order of their first member. */
export function clashes<T, K>(items: readonly T[], key: (item: T) => K | null): T[][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const at = key(item);
    if (at !== null) groups.set(at, [...(groups.get(at) ?? []), item]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** "a", "a and b", "a, b and c". */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1] ?? ""}`;
}
