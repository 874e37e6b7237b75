import { leavesOf, spinesOf } from "../lookup";
import { bgpSetting } from "./common/settings";
import { defineRule, type Finding } from "./rule";

export const ecmpWidth = defineRule({
  name: "ecmp-width",
  title: "A leaf uses as many equal paths as it has spines",
  severity: "warning",
  source:
    "RFC 7938, section 6.3; https://docs.frrouting.org/en/stable-8.4/bgp.html#clicmd-bgp-bestpath-as-path-multipath-relax",
  why: "Links to the other spines stay idle until one in use fails.",
  find: (lab) => {
    const paths = spinesOf(lab).length;
    if (leavesOf(lab).length < 2 || paths < 2) return [];
    const spineAs = new Set(spinesOf(lab).map((spine) => spine.as.value));
    const findings = leavesOf(lab).flatMap((leaf): Finding[] => {
      const width = bgpSetting(leaf, lab, "maximumPaths");
      const relax = bgpSetting(leaf, lab, "multipathRelax");
      return [
        ...(width !== null && width.value < paths
          ? [
              {
                path: width.path,
                message: `${leaf.name} uses ${width.value} equal path${width.value === 1 ? "" : "s"} at once, and has ${paths} spines`,
                values: { [width.path]: String(width.value) },
                remedy: `Write ${paths} or more.`,
              },
            ]
          : []),
        ...(relax?.value === false && spineAs.size > 1
          ? [
              {
                path: relax.path,
                message: `${leaf.name} uses one path only: its ${paths} spines have ${spineAs.size} AS numbers, and multipathRelax is off`,
                values: { [relax.path]: "false" },
                remedy: "Leave multipathRelax on, or give spines one AS number.",
              },
            ]
          : []),
      ];
    });
    // One finding, the first leaf's, for a setting of the whole fabric.
    return findings.filter((finding, i) => findings.findIndex((each) => each.path === finding.path) === i);
  },
});
