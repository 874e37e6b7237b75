/** Random fabrics, the same for one seed. */
import { allocate, planOf, type LabPlan } from "../../../plan";
import { readSpec } from "../../../spec";

/** A repeatable random choice. */
export type Dice = (sides: number) => number;

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const SCHEMES = ["distinct", "shared spine AS", "shared leaf AS", "iBGP with reflectors", "iBGP without reflectors"] as const;

export interface Fabric { readonly title: string; readonly plan: LabPlan }

/** Fabric number n of a seed: every AS scheme in turn, everything else by chance. Rules may refuse it: the prediction doesn't ask. */
export function randomFabric(seed: number, n: number): Fabric {
  const roll = dice(seed * 1000 + n);
  for (let i = 0; i < 8; i++) roll(2);
  const [spines, leaves] = [2 + roll(3), 2 + roll(5)];
  const scheme = SCHEMES[n % SCHEMES.length] ?? "distinct";
  const internal = scheme.startsWith("iBGP");
  const chance = (one: number): boolean => roll(one) === 0;
  const maybe = (one: number, name: string, value: () => unknown): Record<string, unknown> => (chance(one) ? { [name]: value() } : {});
  const bgp = {
    ...maybe(2, "allowasIn", () => 1 + roll(2)),
    ...maybe(3, "asOverride", () => true),
    ...maybe(internal ? 2 : 6, "nextHopSelf", () => true),
    ...maybe(4, "multipathRelax", () => false),
    ...maybe(4, "maximumPaths", () => 1 + roll(3)),
  };
  const as = (role: "spine" | "leaf", i: number): number => (internal ? 65000 : role === "spine" ? (scheme === "shared spine AS" ? 65000 : 65000 + i) : scheme === "shared leaf AS" ? 65100 : 65100 + i);
  const own = (role: "spine" | "leaf", i: number): Record<string, unknown> => ({
    name: `${role}${i}`,
    as: as(role, i),
    ...maybe(2, "networks", () => Array.from({ length: 1 + roll(3) }, () => `10.${200 + roll(2)}.${roll(4)}.0/24`).filter((each, at, all) => all.indexOf(each) === at)),
    ...maybe(4, "aggregates", () => [{ prefix: `10.${200 + roll(2)}.0.0/${chance(2) ? 16 : 22}`, summaryOnly: chance(2) }]),
    ...maybe(8, "neighbors", () => [{ address: `172.16.0.${roll(12)}`, remoteAs: 64999 }]),
    bgp: { ...maybe(4, "allowasIn", () => roll(2)), ...(scheme === "iBGP with reflectors" && (role === "spine" || chance(6)) ? { routeReflector: true } : {}) },
  });
  const spec = {
    name: `random-${n}`,
    fabric: { spines: Array.from({ length: spines }, (_, i) => own("spine", i + 1)), leaves: Array.from({ length: leaves }, (_, i) => own("leaf", i + 1)), bgp },
    nodes: Array.from({ length: leaves }, (_, i) => i).filter((i) => i === 0 || !chance(4)).map((i) => ({ name: `n${i + 1}-1`, leaf: `leaf${i + 1}`, role: i === 0 ? "control-plane" : "worker" })),
  };
  const read = readSpec(spec);
  if (read.spec === null) throw new Error(`fabric ${n} of seed ${seed} is no spec: ${read.problems.map((each) => `${each.path}: ${each.message}`).join("; ")}`);
  return { title: `${spines} spines, ${leaves} leaves, ${scheme}${Object.entries(bgp).map(([name, value]) => `, ${name} ${String(value)}`).join("")}`, plan: planOf(allocate(read.spec)) };
}
