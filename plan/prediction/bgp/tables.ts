import { keepsTable, tableOf } from "./add-path";
import { arrivals } from "./arrivals";
import type { Network, Origins, Settled, State } from "./model";
import { sameTable } from "./same";

/** The tables that follow from what every speaker has chosen: of those that send all, nothing else counts. */
export function withTables(network: Network, origins: Origins, chosen: State): State {
  const state: Settled[] = chosen.map((each, id) =>
    keepsTable(network, id) ? { ...each, table: tableOf(origins.own.get(id) ?? [], []) } : each,
  );
  for (let round = 0; round <= network.speakers.length; round++) {
    let changed = false;
    for (const at of network.speakers) {
      const before = state[at.id];
      if (before === undefined || !keepsTable(network, at.id)) continue;
      const table = tableOf(origins.own.get(at.id) ?? [], arrivals(network, origins, state, at));
      if (sameTable(table, before.table)) continue;
      state[at.id] = { ...before, table };
      changed = true;
    }
    if (!changed) break;
  }
  return state;
}
