import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does in one go what is asked for within moments: starting the work costs more than all that it does.
 *
 * @param keyOf only items with the same key are done together
 * @param work gives a result for each item, in their order
 * @returns a function that asks for one item's result, and fails where the whole of its batch does
 */
export function batched<Item, Result>(
  gatherMs: number,
  keyOf: (item: Item) => string,
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  const gathering = new Map<string, { readonly items: Item[]; readonly results: Promise<readonly Result[]> }>();
  return async (item) => {
    const key = keyOf(item);
    let batch = gathering.get(key);
    if (batch === undefined) {
      const items: Item[] = [];
      const results = sleep(gatherMs).then(() => {
        gathering.delete(key);
        return work(items);
      });
      gathering.set(key, (batch = { items, results }));
    }
    const place = batch.items.push(item) - 1;
    const results = await batch.results;
    if (place >= results.length) throw new Error(`the work on ${key} gave ${results.length} results, not ${place + 1}`);
    return results[place] as Result;
  };
}
