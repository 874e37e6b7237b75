import Table from "cli-table3";
import type { ProbeResult } from "./types";

const NO_RULES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

export const gapText = (gap: number | null): string =>
  gap === null ? "no answer any more" : gap === 0 ? "none" : `${gap} ms`;

export const missingText = (pods: number): string =>
  `${pods} of the workload's pods ${pods === 1 ? "was" : "were"} not ready when it began: nothing is sent from or to ${pods === 1 ? "it" : "them"}`;

/** A row a flow, then the totals. */
export function probeText(of: ProbeResult, colour: boolean): string {
  const table = new Table({
    head: ["flow", "", "every", "sent", "lost", "longest gap"],
    chars: NO_RULES,
    style: { head: colour ? ["bold"] : [], border: colour ? ["grey"] : [] },
  });
  for (const each of of.flows)
    table.push([
      each.flow,
      each.kind,
      `${each.intervalMs} ms`,
      `${each.sent}`,
      `${each.lost}`,
      each.error === "" ? gapText(each.longestGapMs) : each.error,
    ]);
  return `${table.toString()}\nlab ${of.lab}: ${of.sent} sent, ${of.lost} lost in ${of.seconds.toFixed(1)} s; longest gap ${gapText(of.longestGapMs)}\n${of.podsMissing === 0 ? "" : `${missingText(of.podsMissing)}\n`}`;
}
