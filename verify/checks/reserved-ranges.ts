import { knownRange, looseRange, type PrefixRange } from "../../lab-spec/ip";
import { machinesOf } from "../../plan/lookup";
import type { LabPlan } from "../../plan/types";
import { DEFAULT_PLATFORM } from "../../platforms";
import { routesOf } from "../facts/routes";
import { eachOf, equal, list } from "../rows";
import type { Check, Row } from "../types";

/** Ranges that something else uses wherever the lab's machines run. */
const RESERVED = DEFAULT_PLATFORM.reserved;

const overlaps = (a: PrefixRange, b: PrefixRange): boolean => a.first <= b.last && b.first <= a.last;
const isReserved = (range: PrefixRange): boolean => RESERVED.some(({ prefix }) => overlaps(knownRange(prefix), range));

/** The lab's ranges and routes stay clear of the reserved ranges, whose owners would swallow what is sent there. */
export const reservedRanges: Check = {
  id: "reserved-ranges",
  title: `Clear of ${RESERVED.map(({ what, prefix }) => `${what} (${prefix})`).join(" and ")}`,
  run: async (lab) => {
    const routes = await eachOf(
      machinesOf(lab.plan),
      (machine) => machine.name,
      async ({ name }) => {
        const clash = (await routesOf(lab, name)).filter(
          (route) => route.prefix !== "0.0.0.0/0" && isReserved(knownRange(route.prefix)),
        );
        return [equal(`${name} routes in it`, "none", list(clash.map((route) => route.prefix)))];
      },
    );
    return [...rangeRows(lab.plan), ...routes];
  },
};

export function rangeRows(plan: LabPlan): Row[] {
  const fabric = plan.switches.flatMap((each) => each.interfaces.flatMap((port) => port.addresses));
  const ofPods = plan.cluster === null ? [] : [plan.cluster.podCidr, plan.cluster.serviceCidr];
  const clash = [...ofPods, plan.management.subnet, ...fabric].filter((text) => {
    const range = looseRange(text);
    return range !== null && isReserved(range);
  });
  return [equal("ranges of the plan in it", "none", list(clash))];
}
