import { matchOutcome, type FibEntry, type LabPrediction, type PredictOptions } from "../../plan/prediction";
import type { LabPlan } from "../../plan/types";
import { hopsAsPredicted, neighborsOf } from "../../verify/expected";
import type { Route } from "../../verify/facts/routes";
import { settledIn } from "../../verify/settled";
import type { Observed, SwitchState } from "./observe";

/** What was compared, and all that differs, a line each: machine, what, expected and seen. */
export interface Comparison {
  readonly sessions: number;
  readonly routes: number;
  readonly differences: readonly string[];
}

/** A live lab against a prediction: sessions of switches, numbers received, BGP tables as one stable outcome, kernel routes of switches and nodes. */
export function compareRouting(
  plan: LabPlan,
  options: PredictOptions,
  prediction: LabPrediction,
  { switches: live, nodes }: Observed,
): Comparison {
  const names = Object.keys(live).sort();
  const nodeNames = Object.keys(nodes).sort();
  const sessions = names.flatMap((name) => sessionDifferences(name, prediction, live[name]));
  const tables = matchOutcome(plan, Object.fromEntries(names.map((name) => [name, mutable(live[name])])), options).map(
    ({ router, prefix, neighbor, expected, seen }) =>
      `${router} ${prefix}${neighbor === null ? "" : ` from ${neighbor}`}: expected ${expected}, seen ${seen}`,
  );
  const settled = settledIn(prediction);
  const routes = [
    ...names.map((name) => [name, live[name]?.routes ?? []] as const),
    ...nodeNames.map((name) => [name, nodes[name] ?? []] as const),
  ].flatMap(([name, seen]) =>
    routeDifferences(
      name,
      prediction.fib(name).filter(({ prefix }) => settled(prefix)),
      seen.filter(({ prefix }) => settled(prefix)),
    ),
  );
  return {
    sessions: names.reduce((sum, name) => sum + neighborsOf(name, prediction.sessions).length, 0),
    routes: [...names, ...nodeNames].reduce(
      (sum, name) => sum + prediction.fib(name).filter((each) => each.kind === "bgp").length,
      0,
    ),
    differences: [...sessions, ...tables, ...routes],
  };
}

const mutable = (state: SwitchState | undefined): Record<string, SwitchState["table"][string][number][]> =>
  Object.fromEntries(Object.entries(state?.table ?? {}).map(([prefix, paths]) => [prefix, [...paths]]));

function sessionDifferences(machine: string, prediction: LabPrediction, live: SwitchState | undefined): string[] {
  const expected = neighborsOf(machine, prediction.sessions);
  const peers = live?.peers ?? [];
  const received = new Map(
    prediction.received.filter((each) => each.to === machine).map((each) => [each.neighbor, each.counts]),
  );
  const strangers = peers.filter(
    (peer) => peer.state === "Established" && !expected.some((each) => each.address === peer.address),
  );
  return [
    ...expected.flatMap(({ session, address, established: up }) => {
      const peer = peers.find((each) => each.address === address);
      const seen = peer?.state ?? "no such neighbor";
      const counts = received.get(address);
      if (up === null) return [];
      if (up !== (seen === "Established"))
        return [`${machine} session ${session} to ${address}: expected ${up ? "Established" : "down"}, seen ${seen}`];
      return up && counts !== undefined && !counts.includes(peer?.received ?? -1)
        ? [`${machine} prefixes from ${address}: expected ${counts.join(" or ")}, seen ${peer?.received ?? "none"}`]
        : [];
    }),
    ...strangers.map(({ address }) => `${machine} session to ${address}: expected none, seen Established`),
  ];
}

export function routeDifferences(machine: string, predicted: readonly FibEntry[], live: readonly Route[]): string[] {
  const expected = predicted.filter((each) => each.kind === "bgp");
  const known = new Set(predicted.map((each) => each.prefix));
  return [
    ...expected.flatMap((entry) => {
      const hops = (live.find((each) => each.prefix === entry.prefix)?.nextHops ?? [])
        .map((hop) => `${hop.gateway ?? "link"} ${hop.device}`)
        .sort();
      const wanted = entry.nextHops.map((hop) => `${hop.address} ${hop.interface}`).sort();
      return hopsAsPredicted(entry.certain, wanted, hops)
        ? []
        : [
            `${machine} route ${entry.prefix}: expected ${entry.certain ? "" : "some of "}${wanted.join(", ")}, seen ${hops.join(", ") || "none"}`,
          ];
    }),
    ...live
      .filter((each) => !known.has(each.prefix))
      .map((each) => `${machine} route ${each.prefix}: expected none, seen one`),
  ];
}
