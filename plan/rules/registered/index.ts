import { bgpOff } from "./bgp-off";
import { filterEffect, filterRules } from "./bgp-filter";
import { cableEnd } from "./cable-end";
import { cableMtu } from "./cable-mtu";
import { cableMtuMixed } from "./cable-mtu-mixed";
import { felixVxlan } from "./felix-vxlan";
import { ipam } from "./ipam";
import { kubeadmSubnets } from "./kubeadm-subnets";
import { machineName } from "./machine-name";
import { meshOff } from "./mesh-off";
import { mtuLinks } from "./mtu-links";
import { nodeAs } from "./node-as";
import { asReserved } from "./as-reserved";
import type { RegisteredRule } from "./registered-rule";
import { peerAs } from "./peer-as";
import { peerFields } from "./peer-fields";
import { peerSubnet } from "./peer-subnet";
import { peerTwice } from "./peer-twice";
import { peerUnknown } from "./peer-unknown";
import { poolCidr } from "./pool-cidr";
import { poolEncapsulation } from "./pool-encapsulation";
import { poolIpipIpv6 } from "./pool-ipip-ipv6";
import { registeredPoolOutside } from "./pool-outside";
import { poolOverlap } from "./pool-overlap";
import { registeredOverlap } from "./registered-overlap";
import { selectorNobody, selectorText } from "./selector-rules";
import { calicoValues } from "./values";

export type { RegisteredFinding, RegisteredRule } from "./registered-rule";
export { isRead, readRegistered, type Registered } from "./registered";
export type { RegisteredResource } from "./resource";
export type { KnownRouter } from "./routers";

/** Every rule of registered resources, by name. */
export const REGISTERED_RULES: readonly RegisteredRule[] = [
  bgpOff,
  filterEffect,
  filterRules,
  ipam,
  mtuLinks,
  peerTwice,
  selectorNobody,
  selectorText,
  calicoValues,
  cableEnd,
  cableMtu,
  cableMtuMixed,
  felixVxlan,
  kubeadmSubnets,
  machineName,
  meshOff,
  nodeAs,
  asReserved,
  peerAs,
  peerFields,
  peerSubnet,
  peerUnknown,
  poolCidr,
  poolEncapsulation,
  poolIpipIpv6,
  registeredPoolOutside,
  poolOverlap,
  registeredOverlap,
].sort((a, b) => (a.name < b.name ? -1 : 1));
