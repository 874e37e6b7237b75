import { predictionOf, summaryOf, bgpTableOf } from "../facts/bgp";
import { eachOf, equal, list } from "../rows";
import type { Check } from "../types";

/** Size of each switch's BGP table: prefixes, and FRR's count of RIB entries. */
export const tables: Check = {
  id: "tables",
  title: "BGP tables",
  run: async (lab) =>
    eachOf(
      (await predictionOf(lab)).tables.filter(({ router }) => lab.plan.switches.some(({ name }) => name === router)),
      (each) => each.router,
      async ({ router, prefixes, ribEntries }) => {
        const [summary, table] = await Promise.all([summaryOf(lab, router), bgpTableOf(lab, router)]);
        const seen = Object.keys(table).filter((prefix) => (table[prefix] ?? []).length > 0);
        const missing = prefixes.filter((prefix) => !seen.includes(prefix));
        const extra = seen.filter((prefix) => !prefixes.includes(prefix));
        const differs = `${missing.length > 0 ? `, missing ${list(missing)}` : ""}${extra.length > 0 ? `, unexpected ${list(extra)}` : ""}`;
        return [
          equal(`${router} prefixes`, `${prefixes.length}`, `${seen.length}${differs}`),
          equal(`${router} RIB entries`, `${ribEntries}`, `${summary.ribEntries}`),
        ];
      },
    ),
};
