import { setTimeout as sleep } from "node:timers/promises";
import type { LiveFlow, Probing } from "./run";

/** Probes go on after the end of what they run beside, and while a flow gets no answers: what it began may still be under way. */
const AFTER_MS = 3000;
const AT_MOST_MS = 30_000;
const LOOK_MS = 500;
/** A flow that has so many answers in a row is back. */
const BACK = 5;

/**
 * Lets probes go on beside some work and until every flow is back after it, for half a minute at the most.
 *
 * @param signal ends the waiting early, not the work
 */
export async function keepProbing<T>({ flows }: Probing, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const value = await work();
  await wait(AFTER_MS, signal);
  for (let waited = AFTER_MS; waited < AT_MOST_MS && !signal.aborted && !flows.every(isBack); waited += LOOK_MS)
    await wait(LOOK_MS, signal);
  return value;
}

const isBack = (flow: LiveFlow): boolean =>
  flow
    .samples()
    .slice(-BACK)
    .every((each) => each.answered);

/** Waits a time, or until the signal: whoever waits here goes on either way. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
