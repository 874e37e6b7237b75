import { holds, knownAddress, looseRange } from "../lab-spec/ip";
import { hostPart } from "./lookup";
import { overheadOf } from "./mtu";
import type { ClusterLabPlan } from "./cluster";
import type { Address } from "./types";

/** The header that carries a pod's packet between two nodes. Addresses are the nodes' own. */
export type OuterHeader = VxlanHeader | IpipHeader;

interface Outer {
  readonly source: Address;
  readonly destination: Address;
  /** Bytes added to the inner IP packet, as the outer IP packet counts them. */
  readonly overhead: number;
}

export interface VxlanHeader extends Outer {
  readonly kind: "vxlan";
  readonly vni: number;
  /** Outer UDP destination port. */
  readonly port: number;
}

export interface IpipHeader extends Outer {
  readonly kind: "ipip";
  /** IP protocol number of the outer header (RFC 2003). */
  readonly protocol: 4;
}

/** The device of a node that puts packets into the tunnel, and takes them out. */
export const TUNNEL_DEVICES = { ipip: "tunl0", vxlan: "vxlan.calico" } as const;

/**
 * The outer header that a pod's packet gets from one node to another; null where it travels as it is. All that asks how packets travel asks here.
 *
 * With cross-subnet a node compares the other's address with its own subnet: Felix for VXLAN (felix/calc/l3_route_resolver.go, `nodeInOurSubnet`), BIRD for IPIP, which has
 * only the route's next hop to compare (confd's bird_ipam.cfg.template, `bgp_next_hop ~ network`).
 *
 * @param from the uplink of the node that sends
 * @param to the uplink of the node that has the pod, or whoever the route has as its next hop
 */
export function encapsulationOf(
  { calico }: ClusterLabPlan,
  from: { readonly address: string },
  to: { readonly address: string },
): OuterHeader | null {
  const { encapsulation, vxlan } = calico;
  if (encapsulation.kind === "none") return null;
  const [source, destination] = [hostPart(from.address), hostPart(to.address)];
  if (source === destination) return null;
  if (encapsulation.when === "cross-subnet" && onSubnetOf(from.address, destination)) return null;
  const outer = { source, destination, overhead: overheadOf(encapsulation) };
  return encapsulation.kind === "vxlan"
    ? { kind: "vxlan", port: vxlan.port, vni: vxlan.vni, ...outer }
    : { kind: "ipip", protocol: 4, ...outer };
}

function onSubnetOf(interfaceAddress: string, address: Address): boolean {
  const subnet = looseRange(interfaceAddress);
  if (subnet === null) throw new Error(`no subnet in the address ${interfaceAddress} of a node`);
  return holds(subnet, knownAddress(address));
}

/** A header as it is on the wire. */
export type HeaderFields = Omit<VxlanHeader, "overhead"> | Omit<IpipHeader, "overhead">;

/** A header in one line: "UDP 4789 VNI 4096 10.0.101.101 > 10.0.102.101", "IP protocol 4 10.0.101.101 > 10.0.102.101". */
export function outerText(of: HeaderFields): string {
  const what = of.kind === "vxlan" ? `UDP ${of.port} VNI ${of.vni}` : `IP protocol ${of.protocol}`;
  return `${what} ${of.source} > ${of.destination}`;
}
