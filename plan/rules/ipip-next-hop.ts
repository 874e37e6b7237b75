import { defineRule } from "./rule";

export const ipipNextHop = defineRule({
  name: "ipip-next-hop",
  title: "Routes into an IPIP tunnel have a node as next hop",
  severity: "error",
  source:
    "RFC 4271, section 5.1.3; RFC 2003; Calico 3.28, confd's bird_ipam.cfg.template (krt_tunnel: the tunnel leads to the route's next hop)",
  why: "A leaf that passes a route to another rack on puts itself as the next hop. The packets then go through the tunnel to the leaf, which has no other end of it, and drops them.",
  ofCluster: true,
  find: ({ spec }) => {
    const { encapsulation, routing, bgp } = spec.calico;
    if (encapsulation.kind !== "ipip" || routing !== "fabric" || bgp.mesh) return [];
    return [
      {
        path: "calico.encapsulation",
        message: "nodes learn the routes to other racks from their leaf alone, and IPIP tunnels would end on the leaf",
        values: { "calico.routing": routing, "calico.bgp.mesh": "false" },
        remedy: "Write routing: mesh or reflectors, or encapsulation: None.",
      },
    ];
  },
});
