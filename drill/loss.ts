import { longestOf, lossSpan, type LiveFlow, type Sample } from "./probe";
import { longestGap } from "./probe/measure";
import type { Loss } from "./types";

/** What flows lost of what they sent from one time to another. */
export function lossOf(flows: readonly LiveFlow[], from: number, to: number): Loss {
  const parts = flows.map((each) => phase(each.samples(), from, to));
  const lost = parts.map((samples) => samples.filter((each) => !each.answered).length);
  const span = lossSpan(parts.flat(), from);
  return {
    sent: parts.reduce((sum, samples) => sum + samples.filter((each) => each.sent >= from).length, 0),
    lost: lost.reduce((a, b) => a + b, 0),
    flowsHit: lost.filter((count) => count > 0).length,
    flows: flows.length,
    spanMs: span === null ? 0 : Math.round(span.last - span.first),
    longestGapMs: longestOf(parts.map(longestGap)),
  };
}

/** The samples of a phase. The last one that was answered before it stands in front of them, since a gap is counted from there. */
function phase(samples: readonly Sample[], from: number, to: number): Sample[] {
  const before = samples.filter((each) => each.sent < from && each.answered).slice(-1);
  return [...before, ...samples.filter((each) => each.sent >= from && each.sent < to)];
}

/** Whether every flow has answers, and nothing but answers, since a time. */
export function quietSince(flows: readonly LiveFlow[], since: number): boolean {
  return flows.every((each) => {
    const recent = each.samples().filter((sample) => sample.sent >= since);
    return recent.length > 0 && recent.every((sample) => sample.answered);
  });
}
