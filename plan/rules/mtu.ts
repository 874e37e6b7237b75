import { isFabricAlone } from "../cluster";
import { overheadOf } from "../mtu";
import { defineRule } from "./rule";

/** 1280 is what every path must carry for IPv6 (RFC 8200), and Kubernetes software takes it for granted; 9216 is the most a switch port does. */
const LEAST_POD_MTU = 1280;
const GREATEST_MTU = 9216;

export const mtu = defineRule({
  name: "mtu",
  title: "The link MTU leaves pods enough after encapsulation, and is one that switches have",
  severity: "error",
  source: "RFC 7348, section 4.3; RFC 8200, section 5; https://docs.tigera.io/calico/latest/networking/configuring/mtu",
  why: "Packets that don't fit are dropped: connections are set up, and then hang with the first full-sized packet.",
  find: ({ spec }) => {
    const { mtu: link } = spec.fabric;
    const { encapsulation } = spec.calico;
    const overhead = isFabricAlone(spec) ? 0 : overheadOf(encapsulation);
    const least = LEAST_POD_MTU + overhead;
    if (link >= least && link <= GREATEST_MTU) return [];
    const after = overhead === 0 ? "" : ` after ${overhead} of ${encapsulation.kind.toUpperCase()}`;
    return [
      {
        path: "fabric.mtu",
        message:
          link < least
            ? isFabricAlone(spec)
              ? `link MTU ${link} is below ${LEAST_POD_MTU}`
              : `link MTU ${link} leaves pods ${link - overhead} bytes${after}, below ${LEAST_POD_MTU}`
            : `link MTU ${link} is above ${GREATEST_MTU}, the most a switch port takes`,
        values: { "fabric.mtu": String(link) },
        remedy: `Use ${least} to ${GREATEST_MTU}; 1500 and 9000 are common.`,
      },
    ];
  },
});
