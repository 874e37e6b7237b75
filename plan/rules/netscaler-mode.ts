import { defineRule } from "./rule";

export const netscalerMode = defineRule({
  name: "netscaler-mode",
  title: "A load balancer that peers by BGP has nodes that speak it",
  severity: "error",
  source: "https://docs.tigera.io/calico/latest/networking/configuring/bgp",
  why: "In mode vxlan Calico runs no BGP: the load balancer's sessions stay Active, and it has no way to the pods.",
  find: ({ spec }) => {
    if (spec.netscaler === null || spec.calico.mode === "bgp") return [];
    return [
      {
        path: "calico.mode",
        message: `${spec.netscaler.name} peers with the nodes by BGP, which Calico doesn't speak in mode ${spec.calico.mode}`,
        values: { "calico.mode": spec.calico.mode, "netscaler.name": spec.netscaler.name },
        remedy: "Write calico.mode: bgp, or leave the load balancer out.",
      },
    ];
  },
});
