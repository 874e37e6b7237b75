import type { ObservedTables, ReceivedPrediction } from "../../plan/prediction";
import { predictionOf, summaryOf, bgpTableOf } from "../facts/bgp";
import { eachOf, list } from "../rows";
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
    const received = (await predictionOf(lab)).received.filter(({ to }) => switches.has(to));
    return eachOf(received, subject, async (each) => {
      const [summary, table] = await Promise.all([summaryOf(lab, each.to), bgpTableOf(lab, each.to)]);
      return [receivedRow(each, summary.peers.find((peer) => peer.address === each.neighbor)?.received ?? null, table)];
    });
  },
};

const subject = (of: ReceivedPrediction): string => `${of.to} from ${of.from} ${of.neighbor}`;

export function receivedRow(of: ReceivedPrediction, counted: number | null, table: ObservedTables[string]): Row {
  const seen = Object.keys(table).filter((prefix) => table[prefix]?.some((path) => path.peer === of.neighbor));
  const missing = of.always.filter((prefix) => !seen.includes(prefix));
  const unexpected = seen.filter((prefix) => !of.always.includes(prefix) && !of.sometimes.includes(prefix));
  const differs = [
    ...(missing.length > 0 ? [`missing ${list(missing)}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${list(unexpected)}`] : []),
  ];
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
