import type { LabPlan } from "../plan/types";
import type { DrillResult } from "./types";

/** Whether sessions of a plan run BFD, as the switches at their ends are told. */
export function bfdOf(plan: LabPlan, sessions: readonly string[]): DrillResult["bfd"] {
  const asked = (machine: string, address: string): boolean =>
    plan.switches.find((each) => each.name === machine)?.neighbors.find((each) => each.address === address)?.bfd ??
    false;
  const seen = plan.sessions
    .filter((each) => sessions.includes(each.name))
    .map(({ a, b }) => asked(a.machine, b.address) || asked(b.machine, a.address));
  return seen.length > 0 && seen.every((each) => each) ? "on" : seen.some((each) => each) ? "partly" : "off";
}
