/** UDP ports that a node or its leaf uses otherwise than for VXLAN. */
const TAKEN: readonly { readonly first: number; readonly last: number; readonly by: string }[] = [
  { first: 53, last: 53, by: "DNS" },
  { first: 68, last: 68, by: "DHCP clients" },
  { first: 123, last: 123, by: "NTP" },
  { first: 3784, last: 3785, by: "BFD (RFC 5881)" },
  { first: 4784, last: 4784, by: "multihop BFD (RFC 5883)" },
  { first: 6081, last: 6081, by: "Geneve (RFC 8926)" },
  { first: 30000, last: 32767, by: "NodePort services" },
  { first: 51820, last: 51821, by: "WireGuard of Calico" },
];

/** Whose a UDP port is; null: nobody's. */
export function udpPortOwner(port: number): string | null {
  return TAKEN.find(({ first, last }) => port >= first && port <= last)?.by ?? null;
}
