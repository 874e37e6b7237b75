import { nodesSpeakBgp } from "../calico";
import { routingChoice } from "./common/calico";
import { defineRule } from "./rule";

export const netscalerMode = defineRule({
  name: "netscaler-mode",
  title: "A load balancer that peers by BGP has nodes that speak it",
  severity: "error",
  source: "https://docs.tigera.io/calico/latest/networking/configuring/bgp",
  why: "In mode vxlan Calico runs no BGP: the load balancer's sessions stay Active, and it has no way to the pods.",
  ofCluster: true,
  find: ({ spec }) => {
    if (spec.netscaler === null || nodesSpeakBgp(spec.calico)) return [];
    const { path, text } = routingChoice(spec);
    const short = spec.calico.mode !== null;
    return [
      {
        path,
        message: `${spec.netscaler.name} peers with the nodes by BGP, which Calico doesn't speak ${short ? "in mode" : "with routing"} ${text}`,
        values: { [path]: text, "netscaler.name": spec.netscaler.name },
        remedy: `Write ${short ? "calico.mode: bgp" : "calico.routing: fabric"}, or leave the load balancer out.`,
      },
    ];
  },
});
