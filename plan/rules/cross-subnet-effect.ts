import { leavesOf, nodesOf } from "../lookup";
import { encapsulationChoice } from "./common/calico";
import { defineRule } from "./rule";

export const crossSubnetEffect = defineRule({
  name: "cross-subnet-effect",
  title: "Of nodes with CrossSubnet some share a subnet and some don't",
  severity: "warning",
  source: "https://docs.tigera.io/calico/3.28/networking/configuring/vxlan-ipip#encapsulate-cross-subnet-traffic-only",
  why: "Who writes CrossSubnet counts on plain packets within a subnet and encapsulated ones between subnets: one of the two never happens.",
  ofCluster: true,
  find: (lab) => {
    const { encapsulation } = lab.spec.calico;
    const nodes = nodesOf(lab);
    if (encapsulation.kind === "none" || encapsulation.when === "always" || nodes.length < 2) return [];
    const racks = leavesOf(lab)
      .map((leaf) => nodes.filter((node) => node.leaf === leaf).length)
      .filter((n) => n > 0);
    const { path, text } = encapsulationChoice(lab.spec);
    const finding = { path, values: { [path]: text } };
    const name = encapsulation.kind.toUpperCase();
    if (racks.length === 1)
      return [
        {
          ...finding,
          message: "all nodes are on one subnet: no packet is encapsulated, and pods have the smaller MTU all the same",
          remedy: `Put nodes on another leaf too, or write encapsulation: None${encapsulation.kind === "vxlan" ? " with routing: mesh" : ""}.`,
        },
      ];
    if (racks.some((count) => count > 1)) return [];
    return [
      {
        ...finding,
        message: `every node is alone on its subnet: all packets between nodes are encapsulated, as with ${name}`,
        remedy: `Put two nodes on one leaf, or write encapsulation: ${name}.`,
      },
    ];
  },
});
