import { namedRange, overlapFinding, rangesOf } from "./common/ranges";
import { defineRule, type Finding } from "./rule";

export const overlap = defineRule({
  name: "overlap",
  title: "No two ranges of a lab share an address, and none meets Docker's default bridge",
  severity: "error",
  source:
    "https://kubernetes.io/docs/concepts/cluster-administration/networking/; Docker, default bridge 172.17.0.0/16",
  why: "Of two routes to one address the more specific wins: packets to the other range go astray.",
  find: (lab) => {
    const ranges = [namedRange("Docker's default bridge", "", "172.17.0.0/16"), ...rangesOf(lab)].sort(
      (a, b) => a.first - b.first || a.last - b.last,
    );
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
