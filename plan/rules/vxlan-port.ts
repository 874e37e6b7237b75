import { udpPortOwner } from "./common/udp-ports";
import { defineRule } from "./rule";

export const vxlanPort = defineRule({
  name: "vxlan-port",
  title: "The UDP port of VXLAN is nobody else's",
  severity: "error",
  source: "RFC 7348, section 8 (port 4789); https://kubernetes.io/docs/reference/networking/ports-and-protocols/",
  why: "The kernel takes every packet to that port for VXLAN, or can't open it at all.",
  ofCluster: true,
  find: ({ spec }) => {
    const { encapsulation, vxlan } = spec.calico;
    const { port } = vxlan;
    const by = udpPortOwner(port);
    if (encapsulation.kind !== "vxlan" || by === null) return [];
    return [
      {
        path: "calico.vxlan.port",
        message: `UDP port ${port} is for ${by}`,
        values: { "calico.vxlan.port": String(port) },
        remedy: "Use 4789, VXLAN's own port.",
      },
    ];
  },
});
