import type { CalicoEncapsulation } from "./types";

/** Bytes an outer header adds to an IPv4 packet. VXLAN: outer IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14 (RFC 7348); IPIP: outer IPv4 (RFC 2003). */
const OVERHEAD = { none: 0, ipip: 20, vxlan: 50 } as const;

/**
 * Bytes that the links' MTU must have beyond the pods'. Where only packets between subnets are encapsulated pods have one MTU all the same: a pod doesn't know where
 * its packets go.
 */
export function overheadOf({ kind }: CalicoEncapsulation): number {
  return OVERHEAD[kind];
}
