import { valuesOf } from "../allocate";
import { leavesOf, spinesOf } from "../lookup";
import { bgpSetting } from "./common/settings";
import { defineRule } from "./rule";

export const ibgpFabric = defineRule({
  name: "ibgp-fabric",
  title: "Where the whole fabric has one AS number, spines reflect routes and are their next hop",
  severity: "error",
  source: "RFC 4456; RFC 4271, sections 5.1.3 and 9.2",
  why: "A router passes no iBGP route on to another iBGP neighbor unless it reflects, and leaves the next hop as it is: leaves wouldn't learn each other's subnets, or not know the way.",
  find: (lab) => {
    const [spines, leaves] = [spinesOf(lab), leavesOf(lab)];
    if (
      leaves.length < 2 ||
      spines.length === 0 ||
      new Set(lab.switches.map((each) => each.as.value)).size > 1 ||
      lab.switches[0]?.as.value === null
    )
      return [];
    return spines.flatMap((spine) =>
      (["routeReflector", "nextHopSelf"] as const).flatMap((key) => {
        const setting = bgpSetting(spine, lab, key);
        if (setting?.value === true) return [];
        const path = setting?.path ?? `${spine.spec.path}.bgp.${key}`;
        return [
          {
            path,
            message: `${spine.name} ${key === "routeReflector" ? "reflects no routes" : "leaves next hops as they are"} in a fabric of one AS number, ${spine.as.value ?? ""}`,
            values: { ...valuesOf(spine.as), [path]: setting === null ? "false (default)" : "false" },
            remedy: `Write ${key}: true for all spines, or give leaves AS numbers of their own.`,
          },
        ];
      }),
    );
  },
});
