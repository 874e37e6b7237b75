import { matchOutcome, type Mismatch, type ObservedTables, type PredictOptions } from "../../plan/prediction";
import { liveOptions, bgpTableOf } from "../facts/bgp";
import { equal, failure } from "../rows";
import type { Check, LabAccess, Row } from "../types";

/** All BGP tables together are one of the stable outcomes that the prediction allows: every path, every best path, every path in use. */
export const outcome: Check = {
  id: "outcome",
  title: "Routing is a predicted outcome (all tables together)",
  run: async (lab) => {
    const tables = await Promise.all(
      lab.plan.switches.map(async ({ name }) => ({
        name,
        table: await bgpTableOf(lab, name).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        ),
      })),
    );
    const silent = tables.flatMap(({ name, table }) => (table instanceof Error ? [failure(name, table)] : []));
    if (silent.length > 0) return silent;
    return outcomeRows(
      lab,
      await liveOptions(lab),
      Object.fromEntries(tables.map(({ name, table }) => [name, table])) as ObservedTables,
    );
  },
};

export function outcomeRows(lab: Pick<LabAccess, "plan">, options: PredictOptions, observed: ObservedTables): Row[] {
  const mismatches = matchOutcome(lab.plan, observed, options);
  return lab.plan.switches.flatMap(({ name }) => {
    const own = mismatches.filter((each) => each.router === name);
    return own.length === 0 ? [equal(name, "as predicted", "as predicted")] : own.map(mismatchRow);
  });
}

function mismatchRow(mismatch: Mismatch): Row {
  return {
    subject: [mismatch.router, mismatch.prefix, mismatch.neighbor === null ? "" : `from ${mismatch.neighbor}`]
      .filter((part) => part !== "")
      .join(" "),
    expected: mismatch.expected,
    seen: mismatch.seen,
    ok: false,
  };
}
