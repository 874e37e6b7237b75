import { leavesOf, nodesOf } from "../lookup";
import { defineRule, listText } from "./rule";

export const rackLoop = defineRule({
  name: "rack-loop",
  title: "Nodes of one AS number in several racks accept each other's routes",
  severity: "warning",
  source:
    "RFC 4271, section 9.1.2; https://docs.tigera.io/calico/latest/reference/resources/bgppeer (numAllowedLocalASNumbers)",
  why: "A node drops a route whose AS path holds its own number. Packets to pods of other racks arrive where the leaf knows the way, and nowhere else.",
  ofCluster: true,
  find: (lab) => {
    const { routing, bgp } = lab.spec.calico;
    // With a mesh or reflectors, pod blocks travel by iBGP among the nodes.
    if (routing !== "fabric" || bgp.nodeAs !== "cluster" || bgp.acrossRacks !== "none" || bgp.mesh) return [];
    const racks = leavesOf(lab).filter((leaf) => nodesOf(lab).some((node) => node.leaf === leaf));
    if (racks.length < 2) return [];
    return [
      {
        path: "calico.bgp.acrossRacks",
        message: `all nodes have AS ${bgp.as}, and those on ${listText(racks.map((leaf) => leaf.name))} drop each other's routes as a loop: their packets to pods of other racks take the default route`,
        values: {
          "calico.bgp.acrossRacks": bgp.acrossRacks,
          "calico.bgp.as": String(bgp.as),
          "calico.bgp.nodeAs": bgp.nodeAs,
        },
        remedy: "Write acrossRacks: as-override or allowas-in, or nodeAs: rack.",
      },
    ];
  },
});
