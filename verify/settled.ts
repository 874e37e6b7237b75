import type { LabPrediction } from "../plan/prediction";
import type { Prefix } from "../plan/types";

/** Whether anything certain is predicted of a prefix: what is unsettled may be in a table in any form, or not at all, and is not compared. */
export function settledIn({ unsettled }: Pick<LabPrediction, "unsettled">): (prefix: Prefix) => boolean {
  const open = new Set(unsettled);
  return (prefix) => !open.has(prefix);
}

/** A BGP table without the prefixes that aren't settled. */
export const settledPart = <Paths>(
  table: Readonly<Record<Prefix, Paths>>,
  settled: (prefix: Prefix) => boolean,
): Record<Prefix, Paths> => Object.fromEntries(Object.entries(table).filter(([prefix]) => settled(prefix)));
