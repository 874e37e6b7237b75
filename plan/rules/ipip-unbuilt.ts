import { whyUnbuilt } from "../calico";
import { encapsulationChoice } from "./common/calico";
import { defineRule } from "./rule";

export const ipipUnbuilt = defineRule({
  name: "ipip-unbuilt",
  title: "Calico's encapsulation is one that this version builds",
  severity: "error",
  source: "Calico 3.28, confd's bird_ipam.cfg.template (krt_tunnel, which only Calico's own BIRD knows)",
  why: "The lab would come up without routes between nodes.",
  fixed: "This version can't build it; predict and graph show it all the same.",
  ofCluster: true,
  find: ({ spec }) => {
    const why = whyUnbuilt(spec.calico);
    if (why === null) return [];
    const { path, text } = encapsulationChoice(spec);
    return [
      {
        path,
        message: why,
        values: { [path]: text },
        remedy: "Look at it with fabriclab predict and fabriclab graph, or write encapsulation: VXLAN or None.",
      },
    ];
  },
});
