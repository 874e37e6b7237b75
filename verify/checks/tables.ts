import { predictionOf, summaryOf, bgpTableOf } from "../facts/bgp";
import { eachOf, equal, list } from "../rows";
import { settledIn } from "../settled";
import type { Check } from "../types";

/** Size of each switch's BGP table: prefixes, and FRR's count of RIB entries. */
export const tables: Check = {
  id: "tables",
  title: "BGP tables",
  run: async (lab) => {
    const prediction = await predictionOf(lab);
    const settled = settledIn(prediction);
    return eachOf(
      prediction.tables.filter(({ router }) => lab.plan.switches.some(({ name }) => name === router)),
      (each) => each.router,
      async ({ router, prefixes, ribEntries }) => {
        const [summary, table] = await Promise.all([summaryOf(lab, router), bgpTableOf(lab, router)]);
        const expected = prefixes.filter(settled);
        const seen = Object.keys(table).filter((prefix) => settled(prefix) && (table[prefix] ?? []).length > 0);
        const missing = expected.filter((prefix) => !seen.includes(prefix));
        const extra = seen.filter((prefix) => !expected.includes(prefix));
        const differs = `${missing.length > 0 ? `, missing ${list(missing)}` : ""}${extra.length > 0 ? `, unexpected ${list(extra)}` : ""}`;
        return [
          equal(`${router} prefixes`, `${expected.length}`, `${seen.length}${differs}`),
          ...(prediction.unsettled.length > 0
            ? []
            : [equal(`${router} RIB entries`, `${ribEntries}`, `${summary.ribEntries}`)]),
        ];
      },
    );
  },
};
