import { defineRule } from "./rule";

/** UDP ports that a node or its leaf uses otherwise. */
const TAKEN: readonly { first: number; last: number; by: string }[] = [
  { first: 53, last: 53, by: "DNS" },
  { first: 68, last: 68, by: "DHCP clients" },
  { first: 123, last: 123, by: "NTP" },
  { first: 3784, last: 3785, by: "BFD (RFC 5881)" },
  { first: 4784, last: 4784, by: "multihop BFD (RFC 5883)" },
  { first: 6081, last: 6081, by: "Geneve (RFC 8926)" },
  { first: 30000, last: 32767, by: "NodePort services" },
  { first: 51820, last: 51821, by: "WireGuard of Calico" },
];

export const vxlanPort = defineRule({
  name: "vxlan-port",
  title: "The UDP port of VXLAN is nobody else's",
  severity: "error",
  source: "RFC 7348, section 8 (port 4789); https://kubernetes.io/docs/reference/networking/ports-and-protocols/",
  why: "The kernel takes every packet to that port for VXLAN, or can't open it at all.",
  find: ({ spec }) => {
    const { mode, port } = spec.calico;
    if (mode !== "vxlan") return [];
    return TAKEN.filter(({ first, last }) => port >= first && port <= last).map(({ by }) => ({
      path: "calico.port",
      message: `UDP port ${port} is for ${by}`,
      values: { "calico.port": String(port) },
      remedy: "Use 4789, VXLAN's own port.",
    }));
  },
});
