import { tableText } from "../../common/table";
import type { Hop } from "../../plan/paths";
import { outerText } from "../../plan";
import { followedTo } from "./compare";
import type { LiveCrossing, TraceResult } from "./types";

/** Predicted and live side by side, a row a machine. */
export function traceText(of: TraceResult, colour: boolean): string {
  const rows: string[][] = [];
  const { crossings, answers } = of.live;
  of.predicted.steps.forEach((hops, i) =>
    hops.forEach((hop, n) => {
      const seen = crossings.filter((each) => each.at === hop.at);
      const answered = answers
        .filter((each) => each.machine === hop.at)
        .map((each) => `ttl ${each.ttl}: ${each.address}`);
      rows.push([
        n === 0 ? `${i + 1}` : "",
        `${hop.at} ${hop.action}`,
        outText(hop),
        seen.length > 0 || answered.length > 0 ? hop.at : "",
        seen.map(seenText).join("\n"),
        answered.join("\n"),
      ]);
    }),
  );
  const known = new Set(of.predicted.steps.flat().map((hop) => hop.at));
  for (const each of crossings.filter((other) => !known.has(other.at)))
    rows.push(["", "", "", each.at, seenText(each), ""]);
  return [
    `${of.from} ${of.live.source} to ${of.to} ${of.live.destination}: predicted ${of.predicted.verdict === "arrives" ? "to arrive" : of.predicted.verdict === "dropped" ? "to be dropped" : "to arrive by some of the ways"}, ${of.live.arrived ? "arrived" : "did not arrive"}`,
    tableText(rows, { head: ["", "predicted at", "out by", "seen at", "out by", "answered"], colour }),
    of.asPredicted ? agreement(of) : `Not as predicted:\n${of.differences.map((line) => `  ${line}`).join("\n")}`,
    "",
  ].join("\n");
}

function agreement({ predicted, live }: TraceResult): string {
  const end = followedTo(predicted, live);
  return end === null
    ? "As predicted."
    : `As predicted, as far as it was followed: to ${end}, which hands it to a pod of its own or, from another source address, to another node.`;
}

const seenText = ({ to, link, encapsulation }: LiveCrossing): string =>
  `${to} (${link})${encapsulation === "" ? "" : ` ${encapsulation}`}`;
const outText = (hop: Hop): string =>
  hop.action === "drop"
    ? hop.reason
    : hop.out
        .map(
          ({ to, link, encapsulation }) =>
            `${to} (${link})${encapsulation === null ? "" : ` ${outerText(encapsulation)}`}`,
        )
        .join("\n");
