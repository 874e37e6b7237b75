import { addressText, knownRange, rangeSize } from "../../lab-spec/ip";
import { valuesOf } from "../allocate";
import { leavesOf } from "../lookup";
import { unfitFor } from "./common/server-address";
import { defineRule } from "./rule";

export const leafGateway = defineRule({
  name: "leaf-gateway",
  title: "A leaf's address in its server subnet is one that a host may have",
  severity: "error",
  source: "RFC 1812, section 4.2.3.1 (broadcast addresses)",
  why: "Servers send what lies outside of their subnet to that address.",
  fixed: "Servers without a gateway in their own subnet reach nothing else.",
  find: (lab) =>
    leavesOf(lab).flatMap(({ spec, name, serverSubnet }) => {
      if (spec.gateway === null || serverSubnet.value === null) return [];
      const range = knownRange(serverSubnet.value);
      // Too small a subnet is reported as such.
      if (rangeSize(range) < 4) return [];
      const unfit = unfitFor(range, spec.gateway);
      if (unfit === null) return [];
      const path = `${spec.path}.gateway`;
      const what = unfit === "outside" ? "lies outside" : `is the ${unfit} address`;
      return [
        {
          path,
          message: `gateway ${spec.gateway} of ${name} ${what} of its server subnet ${serverSubnet.value}`,
          values: { [path]: spec.gateway, ...valuesOf(serverSubnet) },
          remedy: `Use an address from ${addressText(range.first + 1)} to ${addressText(range.last - 1)}, or leave it out: the leaf is ${addressText(range.first + 1)} then.`,
        },
      ];
    }),
});
