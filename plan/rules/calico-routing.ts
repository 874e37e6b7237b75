import { nodesSpeakBgp } from "../calico";
import { encapsulationChoice, routingChoice } from "./common/calico";
import { defineRule, listText, type Finding } from "./rule";
import type { LabSpec } from "../../lab-spec";

export const calicoRouting = defineRule({
  name: "calico-routing",
  title: "Calico's routing and encapsulation go together",
  severity: "error",
  source:
    "https://docs.tigera.io/calico/3.28/networking/determine-best-networking; Calico 3.28, confd's bird_ipam.cfg.template and felix/dataplane/linux/vxlan_mgr.go",
  why: "Felix alone programs routes into VXLAN and no others, BIRD those of every other kind. With both, BIRD takes Felix's tunnel routes for its own and announces them to the leaves.",
  fixed: "No plan can be made of it that would be true.",
  ofCluster: true,
  find: ({ spec }) => [...tunnels(spec), ...reflectors(spec)],
});

function tunnels(spec: LabSpec): Finding[] {
  const { kind } = spec.calico.encapsulation;
  if (nodesSpeakBgp(spec.calico) !== (kind === "vxlan")) return [];
  const [routing, encapsulation] = [routingChoice(spec), encapsulationChoice(spec)];
  return [
    {
      path: encapsulation.path,
      message:
        kind === "vxlan"
          ? `with encapsulation ${encapsulation.text} Felix distributes the routes, and routing is ${routing.text}`
          : `Felix alone distributes routes into VXLAN only, and encapsulation is ${encapsulation.text}`,
      values: { [routing.path]: routing.text, [encapsulation.path]: encapsulation.text },
      remedy:
        kind === "vxlan"
          ? "Write routing: felix, or encapsulation: None."
          : "Write encapsulation: VXLAN or VXLANCrossSubnet, or routing: mesh, fabric or reflectors.",
    },
  ];
}

function reflectors({ calico }: LabSpec): Finding[] {
  const named = calico.bgp.routeReflectors;
  const path = "calico.bgp.routeReflectors";
  if (calico.routing === "reflectors" && named.length === 0)
    return [
      {
        path,
        message: "routing is reflectors, and no node is named as one",
        values: { "calico.routing": calico.routing },
        remedy: "Name two nodes or more, or write routing: fabric.",
      },
    ];
  if ((calico.routing !== "mesh" && calico.routing !== "fabric") || named.length === 0) return [];
  return [
    {
      path,
      message: `${listText(named)} would reflect routes, and routing is ${calico.routing}`,
      values: { "calico.routing": calico.routing, [path]: named.join(", ") },
      remedy: "Write routing: reflectors, or leave them out.",
    },
  ];
}
