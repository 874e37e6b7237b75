import { knownRange, rangeSize } from "../../lab-spec/ip";
import { valuesOf } from "../allocate";
import { leavesOf } from "../lookup";
import { defineRule } from "./rule";

export const serverSubnetSize = defineRule({
  name: "server-subnet-size",
  title: "A server subnet has room for a gateway and a host",
  severity: "error",
  source: "RFC 1812, section 4.2.3.1 (broadcast addresses); RFC 3021 (/31 is for point-to-point links)",
  why: "The leaf bridges its servers in one broadcast domain: network, gateway, host and broadcast address are four.",
  fixed: "The gateway would lie outside the subnet.",
  find: (lab) =>
    leavesOf(lab).flatMap(({ name, serverSubnet }) => {
      if (serverSubnet.value === null || rangeSize(knownRange(serverSubnet.value)) >= 4) return [];
      return [
        {
          path: serverSubnet.path,
          message: `server subnet ${serverSubnet.value} of ${name} has no room for a gateway and a host`,
          values: valuesOf(serverSubnet),
          remedy: "Use /30 or shorter; /24 fits the default addresses.",
        },
      ];
    }),
});
