import type { ProbeFlow, FlowResult, Sample } from "./types";

/** Totals of one flow. */
export function measure(flow: ProbeFlow, samples: readonly Sample[], error = ""): FlowResult {
  const lost = samples.filter((each) => !each.answered);
  return {
    flow: flow.name,
    kind: flow.kind,
    intervalMs: flow.intervalMs,
    sent: samples.length,
    lost: lost.length,
    longestGapMs: longestGap(samples),
    lostAt: lost.map((each) => new Date(each.sent).toISOString()),
    error,
  };
}

/** Milliseconds between the answered packets around the longest run of lost ones; 0 if none was lost, null if a run has no end. */
export function longestGap(samples: readonly Sample[]): number | null {
  let longest = 0;
  let before: Sample | null = null;
  let losing = false;
  for (const each of samples) {
    if (!each.answered) {
      losing = true;
      continue;
    }
    if (losing) longest = Math.max(longest, each.sent - (before ?? samples[0] ?? each).sent);
    before = each;
    losing = false;
  }
  return losing ? null : Math.round(longest);
}

/** The longest of several; null if one of them has no end. */
export function longestOf(gaps: readonly (number | null)[]): number | null {
  return gaps.reduce<number | null>((a, b) => (a === null || b === null ? null : Math.max(a, b)), 0);
}

/** When the first and the last of the lost packets were sent, of those sent from a time on; null if none was lost. */
export function lossSpan(
  samples: readonly Sample[],
  from: number,
): { readonly first: number; readonly last: number } | null {
  const lost = samples.filter((each) => !each.answered && each.sent >= from).map((each) => each.sent);
  return lost.length === 0 ? null : { first: Math.min(...lost), last: Math.max(...lost) };
}
