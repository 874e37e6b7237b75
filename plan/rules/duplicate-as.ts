import { valuesOf, type Allocation, type SwitchAllocation } from "../allocate";
import { LEAF_TIER, SPINE_TIER } from "../allocate/tiers";
import { spinesOf } from "../lookup";
import { bgpSetting, isOn } from "./common/settings";
import { clashes, defineRule, listText } from "./rule";

export const duplicateAs = defineRule({
  name: "duplicate-as",
  title: "Leaves have AS numbers of their own, unless allowas-in or as-override lets routes pass",
  severity: "error",
  yields: true,
  source: "RFC 4271, section 9.1.2; RFC 7938, sections 5.2.1 and 5.2.2",
  why: "A router drops every route whose AS path holds its own number: leaves that share one lose each other's subnets. Spines may share one.",
  find: (lab) =>
    clashes(lab.switches, (each) => each.as.value)
      .filter((group) => group.some((each) => each.tier === LEAF_TIER) && !isOneAs(lab) && !passes(group, lab))
      // Equal derived numbers of equal indices are the index's problem, reported there.
      .filter(
        (group) =>
          new Set(group.map((each) => `${each.tier} ${each.as.given ? each.as.path : String(each.index.value)}`)).size >
          1,
      )
      .map((group) => {
        const last = group.filter((each) => each.as.given).at(-1) ?? group[group.length - 1];
        const allowing = group.filter((each) => allows(each, lab));
        const dropping = group.filter((each) => !allowing.includes(each));
        const half =
          group.every((each) => each.tier === LEAF_TIER) &&
          (allowing.length > 0 || spinesOf(lab).some((spine) => isOn(spine, lab, "asOverride")));
        return {
          path: last?.as.path ?? "",
          message: `AS ${last?.as.value ?? ""} is taken by ${listText(group.map((each) => each.name))}: ${half ? `${listText(dropping.map((each) => each.name))} drop${dropping.length === 1 ? "s" : ""}` : "each drops"} the other's routes as a loop`,
          values: valuesOf(...group.map((each) => each.as)),
          remedy: half
            ? `Write allowasIn: 1 for ${listText(dropping.map((each) => each.name))}, or asOverride: true for every spine.`
            : "Give every leaf an AS number of its own that no spine has.",
        };
      }),
});

/** A fabric of one AS number runs iBGP: `ibgp-fabric` speaks of it. */
function isOneAs({ switches }: Allocation): boolean {
  return new Set(switches.map((each) => each.as.value)).size === 1;
}

/** Whether each leaf of the group takes the others' routes: it allows its own number in AS paths, or every spine writes over it. */
function passes(group: readonly SwitchAllocation[], lab: Allocation): boolean {
  if (group.some((each) => each.tier === SPINE_TIER)) return false;
  const overridden = spinesOf(lab).every((spine) => isOn(spine, lab, "asOverride"));
  return overridden || group.every((leaf) => allows(leaf, lab));
}

function allows(leaf: SwitchAllocation, lab: Allocation): boolean {
  return (bgpSetting(leaf, lab, "allowasIn")?.value ?? 0) > 0;
}
