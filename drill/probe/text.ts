import { tableText } from "../../common/table";
import type { ProbeResult } from "./types";

export const gapText = (gap: number | null): string =>
  gap === null ? "no answer any more" : gap === 0 ? "none" : `${gap} ms`;

export const missingText = (pods: number): string =>
  `${pods} of the workload's pods ${pods === 1 ? "was" : "were"} not ready when it began: nothing is sent from or to ${pods === 1 ? "it" : "them"}`;

/** A row a flow, then the totals. */
export function probeText(of: ProbeResult, colour: boolean): string {
  const table = tableText(
    of.flows.map((each) => [
      each.flow,
      each.kind,
      `${each.intervalMs} ms`,
      `${each.sent}`,
      `${each.lost}`,
      each.error === "" ? gapText(each.longestGapMs) : each.error,
    ]),
    { head: ["flow", "", "every", "sent", "lost", "longest gap"], colour },
  );
  return `${table}\nlab ${of.lab}: ${of.sent} sent, ${of.lost} lost in ${of.seconds.toFixed(1)} s; longest gap ${gapText(of.longestGapMs)}\n${of.podsMissing === 0 ? "" : `${missingText(of.podsMissing)}\n`}`;
}
