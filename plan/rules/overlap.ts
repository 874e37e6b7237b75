import { DEFAULT_PLATFORM } from "../../platforms";
import { namedRange, overlapFinding, rangesOf } from "./common/ranges";
import { defineRule, listText, type Finding } from "./rule";

const { reserved } = DEFAULT_PLATFORM;

export const overlap = defineRule({
  name: "overlap",
  title: `No two ranges of a lab share an address, and none meets ${listText(reserved.map(({ what }) => what))}`,
  severity: "error",
  source: [
    "https://kubernetes.io/docs/concepts/cluster-administration/networking/",
    ...reserved.map((range) => range.source),
  ].join("; "),
  why: "Of two routes to one address the more specific wins: packets to the other range go astray.",
  find: (lab) => {
    const taken = reserved.map(({ what, prefix }) => namedRange(what, "", prefix, prefix, what));
    const ranges = [...taken, ...rangesOf(lab)].sort((a, b) => a.first - b.first || a.last - b.last);
    const findings: Finding[] = [];
    ranges.forEach((left, i) => {
      for (let j = i + 1; j < ranges.length; j++) {
        const right = ranges[j];
        if (right === undefined || right.first > left.last) break;
        if (left.key !== right.key) findings.push(overlapFinding(left, right));
      }
    });
    return findings;
  },
});
