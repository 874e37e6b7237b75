import type { Allocation, SwitchAllocation } from "../allocate";
import { holds, knownAddress, knownRange } from "../../lab-spec/ip";
import { hostPart, leavesOf } from "../lookup";
import { namedRange, rangesOf, type NamedRange } from "./common/ranges";
import { defineRule } from "./rule";

export const networkRange = defineRule({
  name: "network-range",
  title: "A prefix that a switch originates takes nothing from the lab's own ranges",
  severity: "error",
  source: "RFC 1812, section 5.2.4.3 (longest match)",
  why: "Packets to it end at that switch (blackhole route): a prefix inside another range takes its traffic. One that covers a range is harmless: the longer match wins.",
  find: (lab) => {
    const ranges = rangesOf(lab);
    return lab.switches.flatMap((of) =>
      of.spec.networks.flatMap((prefix, i) => {
        const network = namedRange(`network of ${of.name}`, `${of.spec.path}.networks[${i}]`, prefix);
        return ranges
          .filter((range) => inside(network, range) && !isOwn(network, of, lab))
          .map((range) => ({
            path: network.path,
            message: `${network.what} ${prefix} lies in the ${range.what} ${range.text}`,
            values: { [network.path]: prefix, [range.path]: range.shown },
            remedy: "Originate a prefix outside of the lab's ranges.",
          }));
      }),
    );
  },
});

/** Pools, of which machines have longer prefixes: one that is announced whole is covered by those. */
const POOLS = ["fabric.links.pool", "fabric.loopbacks"];

function inside(inner: NamedRange, outer: NamedRange): boolean {
  const whole = inner.first === outer.first && inner.last === outer.last && POOLS.includes(outer.path);
  return inner.first >= outer.first && inner.last <= outer.last && !whole;
}

/** Its loopback and server subnet a switch originates anyway, and to its links it has a way. */
function isOwn(network: NamedRange, of: SwitchAllocation, lab: Allocation): boolean {
  return (
    network.text === `${of.loopback.value ?? ""}/32` ||
    lab.links.some(
      ({ lower, upper, addresses }) =>
        (lower === of || upper === of) &&
        addresses !== null &&
        [addresses.lower, addresses.upper].every((address) =>
          holds(knownRange(network.text), knownAddress(hostPart(address))),
        ),
    ) ||
    leavesOf(lab).some((leaf) => leaf === of && leaf.serverSubnet.value === network.text)
  );
}
