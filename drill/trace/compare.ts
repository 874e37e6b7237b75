import type { Encapsulation, Path } from "../../plan/paths";
import type { LivePath } from "./types";

/** As a live crossing has it; empty for none. */
export const outerText = (of: Encapsulation | null): string => of === null ? "" : `UDP ${of.port} VNI ${of.vni} ${of.source} > ${of.destination}`;

/** TTL Linux gives a packet. */
const INITIAL_TTL = 64;

/** Where a live path is none of the ways that are predicted, a line each. */
export function pathDifferences(predicted: Path, live: LivePath): string[] {
  const ways = predicted.steps.flat().flatMap((hop) => hop.out.map((out) => ({ at: hop.at, ...out })));
  const left = new Set(live.crossings.map((each) => each.at));
  const stray = live.crossings.flatMap((each) => {
    const way = ways.filter((other) => other.at === each.at && other.link === each.link);
    if (way.length === 0) return [`${each.at} sent it to ${each.to} by ${each.link}, which no predicted way does`];
    return way.some((other) => outerText(other.encapsulation) === each.encapsulation) ? [] : [`${each.link}: expected ${way.map((other) => outerText(other.encapsulation) || "no encapsulation").join(" or ")}, seen ${each.encapsulation || "none"}`];
  });
  const unseen = live.arrived ? predicted.steps.filter((hops) => hops.length === 1).flatMap(([hop]) => hop === undefined || hop.at.startsWith("pod:") || hop.out.every((out) => out.link === "veth") || left.has(hop.at) ? [] : [`${hop.at} should have passed it on, and was not seen to`]) : [];
  const reached = live.answers.find((each) => each.arrived)?.ttl;
  const hops = predicted.ttls.map((ttl) => INITIAL_TTL - ttl + 1);
  return [
    ...(predicted.verdict === "depends" || live.arrived === (predicted.verdict === "arrives") ? [] : [`expected that it ${predicted.verdict === "arrives" ? "arrives" : "is dropped"}, seen that it ${live.arrived ? "arrives" : "does not arrive"}`]),
    ...stray, ...unseen,
    ...(reached === undefined || hops.includes(reached) ? [] : [`expected to need a TTL of ${hops.join(" or ")}, seen ${reached}`]),
  ];
}
