import { knownRange, rangeSize } from "../../lab-spec/ip";
import { defineRule } from "./rule";

/** Network and broadcast address, and the engine's gateway. */
const TAKEN = 3;

export const managementSize = defineRule({
  name: "management-size",
  title: "The management subnet has an address for every machine and the engine's gateway",
  severity: "error",
  source: "https://docs.docker.com/reference/cli/docker/network/create/",
  why: "The engine starts no machine that it has no address for.",
  find: (lab) => {
    const { subnet } = lab.spec.management;
    const machines = lab.switches.length + lab.servers.length;
    const free = Math.max(0, rangeSize(knownRange(subnet)) - TAKEN);
    if (free >= machines) return [];
    return [
      {
        path: "management.subnet",
        message: `management subnet ${subnet} has ${free} free addresses for ${machines} machines`,
        values: { "management.subnet": subnet },
        remedy: `Use /${32 - Math.ceil(Math.log2(machines + TAKEN))} or shorter.`,
      },
    ];
  },
});
