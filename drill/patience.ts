import { holdTime, keptFor } from "../plan/timers";
import type { SessionPrediction } from "../plan/prediction";
import type { LabPlan } from "../plan/types";

/** Seconds that sessions, routes and a busy machine may take beside hold times. */
const SETTLE = 60;

/**
 * Milliseconds that a lab may take to show a failure, or that it is over: each machine that is left may hold a dead session for its hold time, and
 * go on with the other's routes for as long as it keeps those of a neighbor that restarts.
 *
 * @param ended the sessions that the failure ends
 * @param dead machines that are not asked
 */
export function patience(
  plan: LabPlan,
  ended: readonly Pick<SessionPrediction, "a" | "b">[],
  dead: readonly string[],
): number {
  const ends = ended
    .flatMap(({ a, b }) => [
      { of: a, to: b },
      { of: b, to: a },
    ])
    .filter(({ of }) => !dead.includes(of.machine ?? ""));
  return 1000 * (SETTLE + Math.max(0, ...ends.map(({ of, to }) => holdTime(plan, of, to) + keptFor(plan, of, to))));
}
