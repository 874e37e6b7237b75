import { VXLAN_OVERHEAD } from "../mtu";
import type { Rule } from "./rule";

/** 1280 is what every path must carry for IPv6 (RFC 8200), and Kubernetes software takes it for granted; 9216 is the most a switch port does. */
const LEAST_POD_MTU = 1280;
const GREATEST_MTU = 9216;

/** The link MTU leaves pods enough after encapsulation, and is one that switches have. */
export const mtu: Rule = ({ spec }) => {
  const { mtu: link } = spec.fabric;
  const least = LEAST_POD_MTU + VXLAN_OVERHEAD;
  if (link >= least && link <= GREATEST_MTU) return [];
  return [
    {
      path: "fabric.mtu",
      message: link < least ? `link MTU ${link} leaves pods ${link - VXLAN_OVERHEAD} bytes after ${VXLAN_OVERHEAD} of VXLAN, below ${LEAST_POD_MTU}` : `link MTU ${link} is above ${GREATEST_MTU}, the most a switch port takes`,
      values: { "fabric.mtu": String(link) },
      remedy: `Use ${least} to ${GREATEST_MTU}; 1500 and 9000 are common.`,
      rule: "mtu",
    },
  ];
};
