import { outerText, type OuterHeader } from "../../plan";
import type { Path } from "../../plan/paths";
import type { LiveCrossing, LivePath } from "./types";

/** As a live crossing has it; empty for none. */
const crossingText = (of: OuterHeader | null): string => (of === null ? "" : outerText(of));

const machineOf = (place: string): string => place.replace(/^pod:/, "");

/** Where the crossings lead from a machine. */
function endOf(from: string, crossings: readonly LiveCrossing[]): string {
  let at = from;
  for (const passed = new Set<string>(); !passed.has(at);) {
    passed.add(at);
    at = crossings.find((each) => each.at === at && !passed.has(each.to))?.to ?? at;
  }
  return at;
}

/**
 * The machine up to which a packet was followed, where it may have gone further unseen: a node that hands a service's packet on to another node gives it
 * another source address, by which no capture knows it. Null where the whole way was seen.
 */
export function followedTo(predicted: Path, live: LivePath): string | null {
  if (!live.arrived || predicted.from.machine === null) return null;
  const end = endOf(predicted.from.machine, live.crossings);
  const goesOn = predicted.steps
    .flat()
    .some((hop) => hop.at === end && hop.out.some(({ to }) => machineOf(to) !== end));
  return goesOn ? end : null;
}

/** TTL Linux gives a packet. */
const INITIAL_TTL = 64;

/** Where a live path is none of the ways that are predicted, a line each. */
export function pathDifferences(predicted: Path, live: LivePath): string[] {
  const ways = predicted.steps.flat().flatMap((hop) => hop.out.map((out) => ({ at: hop.at, ...out })));
  const stray = live.crossings.flatMap((each) => {
    const way = ways.filter((other) => other.at === each.at && other.link === each.link);
    if (way.length === 0) return [`${each.at} sent it to ${each.to} by ${each.link}, which no predicted way does`];
    return way.some((other) => crossingText(other.encapsulation) === each.encapsulation)
      ? []
      : [
          `${each.link}: expected ${way.map((other) => crossingText(other.encapsulation) || "no encapsulation").join(" or ")}, seen ${each.encapsulation || "none"}`,
        ];
  });
  const end = live.arrived ? endOf(predicted.from.machine ?? "", live.crossings) : null;
  const unseen =
    end === null || predicted.arrivals.some((each) => machineOf(each.at) === end)
      ? []
      : [`${end} should have passed it on, and was not seen to`];
  const reached = live.answers.find((each) => each.arrived)?.ttl;
  const hops = predicted.ttls.map((ttl) => INITIAL_TTL - ttl + 1);
  return [
    ...(predicted.verdict === "depends" || live.arrived === (predicted.verdict === "arrives")
      ? []
      : [
          `expected that it ${predicted.verdict === "arrives" ? "arrives" : "is dropped"}, seen that it ${live.arrived ? "arrives" : "does not arrive"}`,
        ]),
    ...stray,
    ...unseen,
    ...(reached === undefined || hops.includes(reached)
      ? []
      : [`expected to need a TTL of ${hops.join(" or ")}, seen ${reached}`]),
  ];
}
