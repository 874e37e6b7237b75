/** Bytes VXLAN adds to an IPv4 packet: outer IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14 (RFC 7348). */
export const VXLAN_OVERHEAD = 50;
