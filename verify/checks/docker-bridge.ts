import { knownRange, looseRange, type PrefixRange } from "../../lab-spec/ip";
import { machinesOf } from "../../plan/lookup";
import type { LabPlan } from "../../plan/types";
import { routesOf } from "../facts/routes";
import { eachOf, equal, list } from "../rows";
import type { Check, Row } from "../types";

/** Range that Docker gives its default bridge, on the host and inside any machine that runs an engine. */
const DOCKER_BRIDGE = "172.17.0.0/16";

const overlaps = (a: PrefixRange, b: PrefixRange): boolean => a.first <= b.last && b.first <= a.last;

/** The lab's ranges and routes stay clear of Docker's default bridge, which would swallow what is sent there. */
export const dockerBridge: Check = {
  id: "docker-bridge",
  title: `Clear of Docker's default bridge (${DOCKER_BRIDGE})`,
  run: async (lab) => {
    const bridge = knownRange(DOCKER_BRIDGE);
    const routes = await eachOf(
      machinesOf(lab.plan),
      (machine) => machine.name,
      async ({ name }) => {
        const clash = (await routesOf(lab, name)).filter(
          (route) => route.prefix !== "0.0.0.0/0" && overlaps(bridge, knownRange(route.prefix)),
        );
        return [equal(`${name} routes in it`, "none", list(clash.map((route) => route.prefix)))];
      },
    );
    return [...rangeRows(lab.plan), ...routes];
  },
};

export function rangeRows(plan: LabPlan): Row[] {
  const bridge = knownRange(DOCKER_BRIDGE);
  const fabric = plan.switches.flatMap((each) => each.interfaces.flatMap((port) => port.addresses));
  const clash = [plan.cluster.podCidr, plan.cluster.serviceCidr, plan.management.subnet, ...fabric].filter((text) => {
    const range = looseRange(text);
    return range !== null && overlaps(bridge, range);
  });
  return [equal("ranges of the plan in it", "none", list(clash))];
}
