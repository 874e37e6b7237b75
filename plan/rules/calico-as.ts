import { valuesOf, type Allocation, type LeafAllocation } from "../allocate";
import { leavesOf, nodesOf } from "../lookup";
import { nodeAsUses } from "./common/as-numbers";
import { bgpSetting, isOn } from "./common/settings";
import { defineRule, type Finding } from "./rule";

export const calicoAs = defineRule({
  name: "calico-as",
  title: "Nodes have another AS number than the switches, unless their leaf reflects routes to them",
  severity: "error",
  source:
    "RFC 4271, sections 5.1.3 and 9.1.2; RFC 4456; https://docs.tigera.io/calico/latest/reference/architecture/design/l3-interconnect-fabric",
  why: "With the leaf's number the session is iBGP: the leaf keeps iBGP routes from other nodes, and leaves next hops that the node can't reach. With another switch's number that switch drops the nodes' routes as a loop.",
  ofCluster: true,
  find: (lab) => [
    ...nodeAsUses(lab).flatMap(({ who, as }) => [...withOwnLeaf(who, as, lab), ...withOthers(who, as, lab)]),
  ],
});

type As = { readonly path: string; readonly value: number | null; readonly given: boolean };

/** Leaves whose nodes have this number. */
function racks(as: As, lab: Allocation): LeafAllocation[] {
  const { nodeAs, rackAsBase } = lab.spec.calico.bgp;
  return leavesOf(lab).filter(
    (leaf) =>
      nodesOf(lab).some((node) => node.leaf === leaf) &&
      (nodeAs === "cluster" || rackAsBase + (leaf.index.value ?? 0) === as.value),
  );
}

function withOwnLeaf(who: string, as: As, lab: Allocation): Finding[] {
  return racks(as, lab)
    .filter((leaf) => leaf.as.value === as.value && as.value !== null)
    .flatMap((leaf) => {
      const peers = nodesOf(lab).filter((node) => node.leaf === leaf).length;
      const missing = [
        ...(isOn(leaf, lab, "nextHopSelf") ? [] : ["nextHopSelf"]),
        ...(peers < 2 || isOn(leaf, lab, "routeReflector") ? [] : ["routeReflector"]),
      ];
      if (missing.length === 0) return [];
      return [
        {
          path: as.path,
          message: `${who} has AS ${as.value ?? ""}, that of ${leaf.name}: the session is iBGP, and ${leaf.name} has no ${missing.join(" and no ")}`,
          values: { ...valuesOf(as), ...valuesOf(leaf.as) },
          remedy: `Choose another number, or write ${missing.map((key) => `${key}: true`).join(" and ")} for ${leaf.name}.`,
        },
      ];
    });
}

function withOthers(who: string, as: As, lab: Allocation): Finding[] {
  const own = racks(as, lab);
  return (
    lab.switches
      .filter((each) => each.as.value === as.value && as.value !== null && !own.some((leaf) => leaf === each))
      .filter((each) => (bgpSetting(each, lab, "allowasIn")?.value ?? 0) === 0)
      // A fabric of one AS number is entered over the leaf: no path holds the number twice.
      .filter((each) => !own.every((leaf) => leaf.as.value === each.as.value))
      .map((each) => ({
        path: as.path,
        message: `${who} has AS ${as.value ?? ""}, that of ${each.name}: it drops the nodes' routes as a loop`,
        values: { ...valuesOf(as), ...valuesOf(each.as) },
        remedy: "Choose a number that no switch has.",
      }))
  );
}
