import { RP_FILTER } from "../../plan/render";
import type { LabPlan, ReversePathFilter } from "../../plan/types";
import { output } from "../access";
import { eachOf, equal, list } from "../rows";
import type { Check, Row } from "../types";

const COMMAND = "sysctl -a -r '^net\\.ipv4\\.conf\\..*\\.rp_filter$' 2>/dev/null";

/** Every interface of a machine in the lab that has an address filters as planned; the kernel takes the greater of its own value and that of `all`. */
export const reversePath: Check = {
  id: "reverse-path",
  title: "Reverse-path filters (net.ipv4.conf.*.rp_filter)",
  run: (lab) =>
    eachOf(
      filtersOf(lab.plan),
      ({ machine }) => machine,
      async (each) => [filterRow(each, await output(lab, each.machine, COMMAND))],
    ),
};

export interface Filters {
  readonly machine: string;
  readonly mode: ReversePathFilter;
  readonly interfaces: readonly string[];
}

export function filtersOf(plan: LabPlan): Filters[] {
  return [
    ...plan.switches.map((of) => ({
      machine: of.name,
      mode: of.rpFilter,
      interfaces: of.interfaces
        .filter((each) => each.name !== "lo" && each.addresses.length > 0)
        .map((each) => each.name),
    })),
    ...plan.servers.map((of) => ({
      machine: of.name,
      mode: of.rpFilter,
      interfaces: of.uplinks.map((each) => each.interface),
    })),
  ];
}

/** @param text what `sysctl` prints: "net.ipv4.conf.eth1.rp_filter = 1" */
export function filterRow({ machine, mode, interfaces }: Filters, text: string): Row {
  const values = new Map(
    [...text.matchAll(/^net\.ipv4\.conf\.(.+)\.rp_filter = (\d)$/gm)].map(
      (found) => [found[1] ?? "", Number(found[2])] as const,
    ),
  );
  const names = Object.entries(RP_FILTER);
  const seen = interfaces.map((name) => {
    const own = values.get(name);
    return `${name} ${own === undefined ? "absent" : (names.find(([, value]) => value === Math.max(own, values.get("all") ?? 0))?.[0] ?? own)}`;
  });
  return equal(machine, list(interfaces.map((name) => `${name} ${mode}`)), list(seen));
}
