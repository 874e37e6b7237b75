import type { Facts } from "../facts";
import type { Wanted, WantedSystem } from "../wanted";
import type { Drift } from "./drift";
import { firewallDrift } from "./firewall";
import { interfaceDrift } from "./interfaces";
import { deploymentDrift, memberDrift } from "./member";
import { backOffDrift, hostnameDrift, serviceDrift, stoppedProcessDrift, sysctlDrift } from "./processes";
import { alteredRouteDrift, handmadeRouteDrift, ruleDrift } from "./routes";
import { fileDrift, statementDrift } from "./statements";

export { commandText, type Drift, type Repair } from "./drift";

/**
 * All that differs on a machine, in the order in which it is brought back: daemons first, which all else needs, then what packets pass, then what FRR does with
 * it.
 */
export function driftOf(facts: Facts, wanted: Wanted): Drift[] {
  return [
    ...stoppedProcessDrift(facts),
    ...(wanted.system === null ? [] : systemDrift(facts, wanted.system)),
    ...fileDrift(facts, wanted),
    ...statementDrift(facts, wanted),
    ...(wanted.routing === "replace" ? alteredRouteDrift(facts) : []),
    ...(wanted.member === null ? [] : memberDrift(facts, wanted.member)),
    ...deploymentDrift(facts, wanted),
  ];
}

/** Each comes after what it needs: kubelet tries again once its node has the addresses. */
const SYSTEM = [
  hostnameDrift,
  serviceDrift,
  sysctlDrift,
  interfaceDrift,
  ruleDrift,
  handmadeRouteDrift,
  firewallDrift,
  backOffDrift,
] as const;

const systemDrift = (facts: Facts, system: WantedSystem): Drift[] => SYSTEM.flatMap((of): Drift[] => of(facts, system));

/** Names of the sections of `scripts/look.sh` that tell all that `driftOf` asks for. */
export function sectionsFor({ files: texts, routing, system, member: node, deployments: sets }: Wanted): string[] {
  return [
    "standing-still",
    ...(system === null
      ? []
      : [
          ...["hostname", "addresses", "rules", "routes", "firewall", "tables", "member"],
          ...Object.keys(system.sysctls).map((name) => `sysctl:${name}`),
          ...[...system.services, ...system.memberServices].map((unit) => `service:${unit}`),
        ]),
    ...Object.keys(texts).map((path) => `file:${path}`),
    ...(routing === "replace" ? ["running", "zebra", "routes"] : []),
    ...(node === null ? [] : [`node:${node.node}`]),
    ...(sets.length === 0 ? [] : ["deployments"]),
  ].filter((name, i, all) => all.indexOf(name) === i);
}
