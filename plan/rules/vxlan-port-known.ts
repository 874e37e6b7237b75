import { defineRule } from "./rule";

/** UDP ports that are free on a node, and mean something else to who looks at a packet. */
const KNOWN: readonly { first: number; last: number; as: string }[] = [
  { first: 1701, last: 1701, as: "L2TP (RFC 2661)" },
  { first: 2152, last: 2152, as: "GTP-U (3GPP TS 29.281)" },
  { first: 4754, last: 4754, as: "GRE in UDP (RFC 8086)" },
  { first: 4790, last: 4790, as: "VXLAN-GPE, whose header differs" },
  { first: 6635, last: 6635, as: "MPLS in UDP (RFC 7510)" },
  { first: 8472, last: 8472, as: "OTV, and Linux's VXLAN of before RFC 7348" },
  { first: 32768, last: 60999, as: "clients' own sockets (net.ipv4.ip_local_port_range)" },
];

export const vxlanPortKnown = defineRule({
  name: "vxlan-port-known",
  title: "The UDP port of VXLAN is one that switches and tools take for VXLAN",
  severity: "warning",
  source:
    "https://www.iana.org/assignments/service-names-port-numbers; https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)",
  why: "Captures, flow exporters and network cards decode the packets as something else; in the range of clients' sockets one may have the port when the tunnel wants it.",
  ofCluster: true,
  find: ({ spec }) => {
    const { encapsulation, vxlan } = spec.calico;
    const { port } = vxlan;
    if (encapsulation.kind !== "vxlan") return [];
    return KNOWN.filter(({ first, last }) => port >= first && port <= last).map(({ as }) => ({
      path: "calico.vxlan.port",
      message: `UDP port ${port} is known for ${as}`,
      values: { "calico.vxlan.port": String(port) },
      remedy: "Use 4789, VXLAN's own port.",
    }));
  },
});
