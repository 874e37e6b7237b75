import { holds, knownRange } from "../../lab-spec/ip";
import type { Allocation } from "../allocate";
import { leavesOf, spinesOf } from "../lookup";
import { rpFilterOf } from "./common/rp-filter";
import { defineRule, listText } from "./rule";

export const rpFilterLinks = defineRule({
  name: "rp-filter-links",
  title: "A switch with a reverse-path filter has a way back to the links of the others",
  severity: "warning",
  source: "RFC 3704, sections 2.2 and 2.4; RFC 1812, section 4.3.2.4 (ICMP errors come from the outgoing interface)",
  why: 'Switches send "time exceeded" and "fragmentation needed" from their links\' addresses: traceroutes show stars, and path MTU discovery hangs.',
  find: (lab) => {
    if (leavesOf(lab).length < 2 || lab.links.length === 0 || announced(lab)) return [];
    const pool = lab.spec.fabric.links.pool;
    const places = new Map<string, { value: string; names: string[] }>();
    for (const leaf of leavesOf(lab)) {
      const { path, value } = rpFilterOf(leaf, lab);
      if (value !== "off") places.set(path, { value, names: [...(places.get(path)?.names ?? []), leaf.name] });
    }
    return [...places].map(([path, { value, names }]) => ({
      path,
      message: `${listText(names)} drop${names.length === 1 ? "s" : ""} what comes from other leaves' links (${pool}), which nobody announces`,
      values: { [path]: value, "fabric.links.pool": pool },
      remedy: `Announce ${pool} from every spine (networks), or leave the filter off.`,
    }));
  },
});

/** Whether every spine announces prefixes that cover the links. */
function announced(lab: Allocation): boolean {
  const pool = knownRange(lab.spec.fabric.links.pool);
  return spinesOf(lab).every((spine) =>
    spine.spec.networks.map(knownRange).some((each) => holds(each, pool.first) && holds(each, pool.last)),
  );
}
