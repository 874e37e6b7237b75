import { machineNames } from "../../plan/lookup";
import type { FibEntry, LabPrediction } from "../../plan/prediction";
import type { LabPlan } from "../../plan/types";

/** One route of a machine's forwarding table that a change of the lab changes. */
export interface RouteChange {
  readonly machine: string;
  readonly prefix: string;
  /** "bgp via 172.16.0.0, 172.16.0.4"; "none" where there is no route. */
  readonly was: string;
  readonly now: string;
}

const NONE = "none";

/** Routes that change on machines that stay: those that come have all to learn, those that go have nothing left. */
export function routeChanges(before: LabPlan, after: LabPlan, was: LabPrediction, now: LabPrediction): RouteChange[] {
  const stays = new Set(machineNames(after));
  return machineNames(before)
    .filter((name) => stays.has(name))
    .flatMap((machine): RouteChange[] => {
      const old = table(was.fib(machine));
      const kept = table(now.fib(machine));
      return [...new Set([...old.keys(), ...kept.keys()])].flatMap((prefix) => {
        const change = { machine, prefix, was: old.get(prefix) ?? NONE, now: kept.get(prefix) ?? NONE };
        return change.was === change.now ? [] : [change];
      });
    });
}

const table = (entries: readonly FibEntry[]): Map<string, string> =>
  new Map(entries.map((each) => [each.prefix, routeText(each)]));
const routeText = ({ kind, nextHops, interface: name }: FibEntry): string =>
  `${kind}${nextHops.length > 0 ? ` via ${nextHops.map((hop) => hop.address).join(", ")}` : name === "" ? "" : ` on ${name}`}`;
