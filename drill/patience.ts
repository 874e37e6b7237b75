import { holdTime, keptFor } from "../plan/timers";
import type { SessionPrediction } from "../plan/prediction";
import type { LabPlan } from "../plan/types";

/** Seconds that sessions and routes may take on a busy machine, beyond the hold times. */
const SETTLE = 60;

/**
 * Milliseconds that a lab may take to show a failure, or the end of one. A machine that is left may hold a dead session for its hold time, and may then
 * use the neighbor's routes for as long as it keeps the routes of a neighbor that restarts (graceful restart).
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
