import type { Facts } from "../facts";
import type { Wanted, WantedSystem } from "../wanted";
import type { Drift } from "./drift";
import { firewallDrift } from "./firewall";
import { interfaceDrift } from "./interfaces";
import { deploymentDrift, memberDrift } from "./member";
import { backOffDrift, hostnameDrift, serviceDrift, stoppedProcessDrift, sysctlDrift } from "./processes";
import { strangerDrift } from "./objects";
import { alteredRouteDrift, handmadeRouteDrift, ruleDrift } from "./routes";
import { fileDrift, statementDrift } from "./statements";

export { commandText, isLeft, leftText, type Drift, type Repair } from "./drift";

/** What a difference is about; `fabriclab verify` has a check for each. */
export type Aspect = "services" | "kernel" | "firewall" | "files" | "running-config" | "node-marks" | "objects";

interface Source {
  readonly aspect: Aspect;
  readonly of: (facts: Facts, wanted: Wanted) => Drift[];
}

const ofSystem =
  (of: (facts: Facts, system: WantedSystem) => Drift[]): Source["of"] =>
  (facts, { system }) =>
    system === null ? [] : of(facts, system);

/**
 * Everything that is compared, in the order in which it is brought back: daemons first, which all else needs, then what packets pass, then what FRR does with
 * it. Each comes after what it needs: kubelet tries again once its node has the addresses.
 */
const SOURCES: readonly Source[] = [
  { aspect: "services", of: stoppedProcessDrift },
  { aspect: "kernel", of: ofSystem(hostnameDrift) },
  { aspect: "services", of: ofSystem(serviceDrift) },
  ...[sysctlDrift, interfaceDrift, ruleDrift, handmadeRouteDrift].map((of): Source => ({
    aspect: "kernel",
    of: ofSystem(of),
  })),
  { aspect: "firewall", of: ofSystem(firewallDrift) },
  { aspect: "services", of: ofSystem(backOffDrift) },
  { aspect: "files", of: fileDrift },
  { aspect: "running-config", of: statementDrift },
  { aspect: "kernel", of: (facts, { routing }) => (routing === "replace" ? alteredRouteDrift(facts) : []) },
  { aspect: "node-marks", of: (facts, { member }) => (member === null ? [] : memberDrift(facts, member)) },
  { aspect: "objects", of: deploymentDrift },
  { aspect: "objects", of: strangerDrift },
];

/** All that differs on a machine, in the order in which it is brought back. */
export const driftOf = (facts: Facts, wanted: Wanted): Drift[] => SOURCES.flatMap(({ of }) => of(facts, wanted));

/** What differs on a machine in one respect. */
export const driftIn = (aspect: Aspect, facts: Facts, wanted: Wanted): Drift[] =>
  SOURCES.filter((source) => source.aspect === aspect).flatMap(({ of }) => of(facts, wanted));

/** Sections that tell what a machine is like in one respect; none where the machine has nothing of it. */
export const NEEDED: Readonly<Record<Aspect, (wanted: Wanted) => readonly string[]>> = {
  services: ({ system }) => (system === null ? [] : ["standing-still"]),
  kernel: ({ system, routing }) => [
    ...(system === null ? [] : ["hostname", "addresses", "rules", "routes"]),
    ...(routing === "replace" ? ["zebra"] : []),
  ],
  firewall: ({ system }) => (system === null ? [] : ["firewall"]),
  files: ({ files }) => Object.keys(files).map((path) => `file:${path}`),
  "running-config": ({ routing }) => (routing === "replace" ? ["running"] : []),
  "node-marks": ({ member }) => (member === null ? [] : [`node:${member.node}`]),
  objects: ({ objects }) => (objects === null ? [] : ["objects"]),
};

/** Names of the sections of `scripts/look.sh` that tell all that `driftOf` asks for. */
export function sectionsFor({
  files: texts,
  routing,
  system,
  member: node,
  deployments: sets,
  objects,
}: Wanted): string[] {
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
    ...(objects === null ? [] : ["objects"]),
  ].filter((name, i, all) => all.indexOf(name) === i);
}
