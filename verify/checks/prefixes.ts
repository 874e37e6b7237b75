import type { ObservedPath, ObservedTables, ReceivedPrediction } from "../../plan/prediction";
import { bgpTableOf, predictionOf, summaryOf } from "../facts/bgp";
import { eachOf, list } from "../rows";
import { settledIn, settledPart } from "../settled";
import type { Check, Row } from "../types";

/**
 * Prefixes received from each neighbor: the number FRR's summary shows (of paths, where the neighbor sends several of a prefix) is one the prediction
 * allows, and the prefixes are those that some stable outcome has. Whether all choices together are one outcome is what the check `outcome` asks.
 */
export const prefixes: Check = {
  id: "prefixes",
  title: "Prefixes received per neighbor",
  run: async (lab) => {
    const switches = new Set(lab.plan.switches.map(({ name }) => name));
    const prediction = await predictionOf(lab);
    const settled = settledIn(prediction);
    const received = prediction.received.filter(({ to }) => switches.has(to));
    return eachOf(received, subject, async (each) => {
      const [summary, table] = await Promise.all([summaryOf(lab, each.to), bgpTableOf(lab, each.to)]);
      if (![...each.always, ...each.sometimes].every(settled))
        return [unsettledRow(each, settledPart(table, settled), settled)];
      return [receivedRow(each, summary.peers.find((peer) => peer.address === each.neighbor)?.received ?? null, table)];
    });
  },
};

const subject = (of: ReceivedPrediction): string => `${of.to} from ${of.from} ${of.neighbor}`;

/** Of a neighbor that may send prefixes that aren't settled: the others are compared, numbers can't be. */
export function unsettledRow(
  of: ReceivedPrediction,
  table: Readonly<Record<string, readonly ObservedPath[]>>,
  settled: (prefix: string) => boolean,
): Row {
  const certain = { ...of, always: of.always.filter(settled), sometimes: of.sometimes.filter(settled) };
  const differs = differences(certain, prefixesFrom(of, table));
  return {
    subject: subject(of),
    expected: "as far as it is settled: as predicted",
    seen: differs.length === 0 ? "as predicted" : differs.join("; "),
    ok: differs.length === 0,
  };
}

const prefixesFrom = (of: ReceivedPrediction, table: ObservedTables[string] = {}): string[] =>
  Object.keys(table).filter((prefix) => table[prefix]?.some((path) => path.peer === of.neighbor));

function differences(of: Pick<ReceivedPrediction, "always" | "sometimes">, seen: readonly string[]): string[] {
  const missing = of.always.filter((prefix) => !seen.includes(prefix));
  const unexpected = seen.filter((prefix) => !of.always.includes(prefix) && !of.sometimes.includes(prefix));
  return [
    ...(missing.length > 0 ? [`missing ${list(missing)}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${list(unexpected)}`] : []),
  ];
}

export function receivedRow(of: ReceivedPrediction, counted: number | null, table: ObservedTables[string]): Row {
  const differs = differences(of, prefixesFrom(of, table));
  const paths = Object.values(table ?? {})
    .flat()
    .filter((path) => path.peer === of.neighbor).length;
  const ok = counted !== null && of.counts.includes(counted) && counted === paths && differs.length === 0;
  return {
    subject: subject(of),
    expected: of.counts.join(" or "),
    seen: `${counted ?? "no session"}${differs.length > 0 ? `: ${differs.join("; ")}` : ""}`,
    ok,
  };
}
