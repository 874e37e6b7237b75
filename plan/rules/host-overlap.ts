import { knownRange, prefixRange } from "../../lab-spec/ip";
import { DEFAULT_PLATFORM } from "../../platforms";
import type { HostFacts } from "./common/host-facts";
import { meet, rangesOf } from "./common/ranges";
import { defineRule } from "./rule";

export const hostOverlap = defineRule({
  name: "host-overlap",
  title: "No range of a lab meets a bridge or a route of the machine that runs it",
  severity: "warning",
  source: DEFAULT_PLATFORM.management.poolsSource,
  why: "Machines of the lab can't reach what is there; a management subnet in use already can't be made.",
  find: (lab, host) => {
    if (host === undefined) return [];
    const used = inUse(host, lab.spec.management.subnet);
    return rangesOf(lab).flatMap((range) =>
      used
        .filter((each) => meet(range, each.range))
        .map(({ what, prefix }) => ({
          path: range.path,
          message: `${range.what} ${range.text} overlaps ${what} ${prefix} of this machine`,
          values: { [range.path]: range.shown },
          remedy: "Move it, unless the lab runs elsewhere or needs nothing that is there.",
        })),
    );
  },
});

/** A bridge that has just the management subnet is this lab's own, if it runs. */
function inUse(
  { bridges, routes }: HostFacts,
  management: string,
): { what: string; prefix: string; range: { first: number; last: number } }[] {
  return [
    ...bridges
      .filter((each) => each.prefix !== management)
      .map(({ name, prefix }) => ({ what: `the bridge ${name}`, prefix })),
    ...routes.map(({ device, prefix }) => ({ what: `the route through ${device} to`, prefix })),
  ]
    .filter(({ prefix }) => prefixRange(prefix) !== null)
    .map((each) => ({ ...each, range: knownRange(each.prefix) }));
}
