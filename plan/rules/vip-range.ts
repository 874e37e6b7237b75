import { balancersOf } from "../lookup";
import { meet, namedRange, rangesOf } from "./common/ranges";
import { defineRule } from "./rule";

export const vipRange = defineRule({
  name: "vip-range",
  title: "A virtual address lies outside the lab's ranges, or in the load balancer's own subnet",
  severity: "error",
  source:
    "https://docs.netscaler.com/en-us/citrix-adc/current-release/networking/ip-addressing/configuring-citrix-adc-owned-ip-addresses/configuring-and-managing-virtual-ip-addresses-vips",
  why: "The load balancer announces it as /32, which wins over the range it lies in: a pod, a service or a switch of that address is lost.",
  find: (lab) => {
    const ranges = rangesOf(lab);
    return balancersOf(lab).flatMap(({ spec, leaf }) =>
      spec.vips.flatMap((vip, i) => {
        const address = namedRange("virtual address", `${spec.path}.vips[${i}]`, `${vip}/32`);
        return ranges
          .filter((range) => range.path !== leaf?.serverSubnet.path && meet(range, address))
          .map((range) => ({
            path: address.path,
            message: `virtual address ${vip} lies in the ${range.what} ${range.text}`,
            values: { [address.path]: vip, [range.path]: range.shown },
            remedy: "Use an address of the load balancer's own subnet, or one that nothing else has.",
          }));
      }),
    );
  },
});
