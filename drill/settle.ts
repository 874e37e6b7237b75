import { setTimeout as sleep } from "node:timers/promises";
import type { SshAccess } from "../verify/access";
import type { Expected } from "./expected";
import { liveOptionsWithBlocks } from "./lab";
import { compareRouting } from "./routing/compare";
import { observe } from "./routing/observe";
import type { RoutingResult } from "./types";

/** Milliseconds between two looks at the routing, and between two looks at the cluster, which cost more. */
export const LOOK_MS = 100;
const CLUSTER_MS = 2000;

/** Interrupted by the user. */
export class Interrupted extends Error {}

export interface SettledRouting {
  readonly routing: RoutingResult;
  /** Longest time between two looks. */
  readonly resolutionMs: number;
}

/**
 * Looks until all machines that are asked show what is expected, or the time is over.
 *
 * @param since from when its time counts, milliseconds since the epoch
 * @throws Error when a machine does not answer; Interrupted
 */
export async function settleRouting(
  access: SshAccess,
  expected: Expected,
  dead: readonly string[],
  since: number,
  limitMs: number,
  signal: AbortSignal,
): Promise<SettledRouting> {
  let resolutionMs = 0;
  let last = Date.now();
  let cluster = last;
  let before: readonly string[] = [];
  let reading: Promise<void> | null = null;
  try {
    for (;;) {
      const live = await observe(access, dead);
      const now = Date.now();
      const { options, prediction } = expected.now;
      resolutionMs = Math.max(resolutionMs, now - last);
      last = now;
      const { sessions, routes, differences } = compareRouting(access.plan, options, prediction, live);
      const asPredicted = differences.length === 0;
      if (asPredicted || now - since > limitMs)
        return {
          routing: {
            asPredicted,
            afterMs: asPredicted ? Math.round(now - since) : null,
            last: machinesOf(asPredicted ? before : differences),
            sessions,
            routes,
            differences,
          },
          resolutionMs,
        };
      before = differences;
      if (reading === null && now - cluster >= CLUSTER_MS)
        reading = learn(access, expected).finally(() => {
          reading = null;
          cluster = Date.now();
        });
      await pause(LOOK_MS, signal);
    }
  } finally {
    await reading;
  }
}

/** Asks the API server while the looks go on. Where it does not answer, the expectation stays as it is, and the differences show what that leads to. */
async function learn(access: SshAccess, expected: Expected): Promise<void> {
  access.forget();
  const facts = await liveOptionsWithBlocks(access).catch(() => null);
  if (facts !== null) expected.learn(facts);
}

/** Every difference begins with its machine. */
const machinesOf = (differences: readonly string[]): string[] =>
  [...new Set(differences.map((line) => line.split(" ")[0] ?? ""))].sort();

/** @throws Interrupted */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // A timer fails for one reason: the signal was aborted.
    throw new Interrupted("interrupted; what was done is undone");
  }
}
