import { tableText } from "../common/table";
import { gapText, missingText } from "./probe/text";
import type { Detection, DrillResult, Left, Loss, RoutingResult } from "./types";

/** Differences that are printed; the rest is in the JSON. */
const MOST = 12;

/** One drill as a table: what a user wants to know of it, top down. */
export function drillText(of: DrillResult, stack: string, colour: boolean): string {
  const rows: [string, string][] = [];
  const row = (name: string, value: string): void => {
    rows.push([name, value]);
  };
  row("action", `${of.action}: ${of.how}`);
  row("BFD on its sessions", of.bfd);
  row("detected after", of.detected.length === 0 ? "no session went down" : detectedText(of.detected));
  row("lost packets", lossText(of.failure.loss));
  if (of.failure.loss.flows > 0) row("longest gap", gapText(of.failure.loss.longestGapMs));
  if (of.cutOff.length > 0)
    row(
      "cut off with it",
      `${of.cutOff.length} flows, ${of.cutOff.reduce((sum, each) => sum + each.lost, 0)} of ${of.cutOff.reduce((sum, each) => sum + each.sent, 0)} lost`,
    );
  row("routes as predicted", routingText(of.failure.routing));
  if (of.restored !== null) {
    row(
      "restored after",
      of.restored.routing.afterMs === null ? "not within the time" : seconds(of.restored.routing.afterMs),
    );
    if (of.restored.loss.flows > 0)
      row(
        "lost on the way back",
        `${lossText(of.restored.loss)}, longest gap ${gapText(of.restored.loss.longestGapMs)}`,
      );
    row("whole again", routingText(of.restored.routing));
  }
  const wrong = [...of.failure.routing.differences, ...(of.restored?.routing.differences ?? [])];
  return [
    tableText(rows, { colour }),
    ...wrong.slice(0, MOST).map((line) => `  ${line}`),
    ...(wrong.length > MOST ? [`  and ${wrong.length - MOST} more (--json)`] : []),
    ...(of.probe.podsMissing === 0 ? [] : [`${missingText(of.probe.podsMissing)}.`]),
    `Lab ${of.lab}; routing was looked at every ${of.resolutionMs} ms at the longest.`,
    ...leftLines(of.left, stack),
    "",
  ].join("\n");
}

/** How to mend by hand what a drill leaves broken, a line each. */
export const leftLines = (left: readonly Left[], stack: string): string[] =>
  left.map(({ machine, undo }) => `Left as it is. Undo it: fabriclab exec ${machine} --stack ${stack} -- ${undo}`);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** "0.01 s (leaf1 of 172.16.0.0: Interface down) to 9.10 s (spine1 of ...)". */
function detectedText(of: readonly Detection[]): string {
  const text = ({ machine, neighbor, afterMs, why }: Detection): string =>
    `${seconds(afterMs)} (${machine}, neighbor ${neighbor}: ${why})`;
  const first = of[0];
  const last = of.at(-1);
  return [first, ...(last === first ? [] : [last])]
    .flatMap((each) => (each === undefined ? [] : [text(each)]))
    .join("\n");
}

const lossText = ({ lost, sent, flowsHit, flows, spanMs }: Loss): string =>
  flows === 0
    ? "no flow can arrive without it"
    : `${lost} of ${sent}${lost === 0 ? "" : `, in ${flowsHit} of ${flows} flows, within ${seconds(spanMs)}`}`;

function routingText({ asPredicted, afterMs, last, sessions, routes, differences }: RoutingResult): string {
  return asPredicted
    ? `yes, after ${seconds(afterMs ?? 0)}${last.length === 0 ? "" : ` (last: ${last.length > 3 ? `${last.length} machines` : last.join(", ")})`}: ${sessions} session ends, ${routes} kernel routes, all BGP tables`
    : `no: ${differences.length} differences`;
}
