import type { Allocation, LeafAllocation } from "../allocate";
import { leavesOf, spinesOf } from "../lookup";
import { rpFilterOf } from "./common/rp-filter";
import { bgpSetting } from "./common/settings";
import { defineRule, listText, type Finding } from "./rule";

export const rpFilterEcmp = defineRule({
  name: "rp-filter-ecmp",
  title: "A leaf with a strict reverse-path filter uses all paths that packets may come by",
  severity: "error",
  source: "RFC 3704, section 2.2; https://docs.kernel.org/networking/ip-sysctl.html (rp_filter)",
  why: "Another leaf may send by a spine that this one doesn't use for the way back: the filter drops those packets, flow by flow.",
  find: (lab) => {
    const [spines, leaves] = [spinesOf(lab), leavesOf(lab)];
    if (leaves.length < 2 || spines.length < 2) return [];
    return leaves.flatMap((leaf): Finding[] => {
      const filter = rpFilterOf(leaf, lab);
      const narrow = narrowed(leaf, lab);
      if (filter.value !== "strict" || narrow === null) return [];
      return [
        {
          path: filter.path === "rpFilter" ? narrow.path : filter.path,
          message: `${leaf.name} filters strictly, uses ${narrow.paths === 1 ? "one path" : `${narrow.paths} paths`} to the other leaves, and gets packets by ${spines.length} spines`,
          values: { [filter.path]: filter.value, [narrow.path]: narrow.value },
          remedy: `Write rpFilter: loose, or let it use ${listText(spines.map((each) => each.name))} at once.`,
        },
      ];
    });
  },
});

/** How many of its paths a leaf uses at most, if not all; and the setting that says so. */
function narrowed(
  leaf: LeafAllocation,
  lab: Allocation,
): { readonly path: string; readonly value: string; readonly paths: number } | null {
  const width = bgpSetting(leaf, lab, "maximumPaths");
  const relax = bgpSetting(leaf, lab, "multipathRelax");
  if (relax?.value === false && new Set(spinesOf(lab).map((spine) => spine.as.value)).size > 1)
    return { path: relax.path, value: "false", paths: 1 };
  return width !== null && width.value < spinesOf(lab).length
    ? { path: width.path, value: String(width.value), paths: width.value }
    : null;
}
