import { leavesOf, nodesOf } from "../lookup";
import { allKnown, reflectorsOf } from "./common/reflectors";
import { defineRule, listText } from "./rule";

export const reflectorRack = defineRule({
  name: "reflector-rack",
  title: "Every rack with nodes has a route reflector",
  severity: "error",
  source:
    "https://docs.tigera.io/calico/latest/networking/configuring/bgp#configure-a-node-to-act-as-a-route-reflector",
  why: "Only reflectors peer with their leaf, and a leaf takes the routes of its own rack: without one it doesn't know where the rack's pods are.",
  ofCluster: true,
  find: (lab) => {
    const reflectors = reflectorsOf(lab);
    if (reflectors.length === 0 || !allKnown(lab) || lab.spec.calico.bgp.mesh) return [];
    return leavesOf(lab).flatMap((leaf) => {
      const here = nodesOf(lab).filter((node) => node.leaf === leaf);
      if (here.length === 0 || here.some((node) => reflectors.includes(node))) return [];
      return [
        {
          path: "calico.bgp.routeReflectors",
          message: `no reflector is on ${leaf.name}: it learns no route to the pods of ${listText(here.map((node) => node.spec.name))}`,
          values: { "calico.bgp.routeReflectors": reflectors.map((node) => node.spec.name).join(", ") },
          remedy: `Add ${here.length === 1 ? "" : "one of "}${listText(here.map((node) => node.spec.name))}.`,
        },
      ];
    });
  },
});
