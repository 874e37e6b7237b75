import { leavesOf, nodesOf } from "../lookup";
import { defineRule, listText } from "./rule";

export const meshSubnets = defineRule({
  name: "mesh-subnets",
  title: "A mesh without encapsulation has all nodes on one subnet",
  severity: "error",
  source: "https://docs.tigera.io/calico/3.28/networking/determine-best-networking#unencapsulated",
  why: "The fabric is no part of the mesh and has no route to pods: it drops what nodes of one rack send to pods of another.",
  ofCluster: true,
  find: (lab) => {
    const { routing, encapsulation } = lab.spec.calico;
    if (routing !== "mesh" || encapsulation.kind !== "none") return [];
    const racks = leavesOf(lab).filter((leaf) => nodesOf(lab).some((node) => node.leaf === leaf));
    if (racks.length < 2) return [];
    return [
      {
        path: "calico.encapsulation",
        message: `nodes are on the subnets of ${listText(racks.map((leaf) => leaf.name))}, between which pods' packets would travel as they are`,
        values: { "calico.routing": routing, "calico.encapsulation": "None" },
        remedy: "Write routing: fabric, or routing: felix with encapsulation: VXLAN or VXLANCrossSubnet.",
      },
    ];
  },
});
