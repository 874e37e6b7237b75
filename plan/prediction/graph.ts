import type { Address, LabPlan, Prefix } from "../types";
import { sortPrefixes } from "../../spec/ip";

/** One end's view of a BGP session. */
export interface Adjacency {
  readonly session: string;
  readonly neighbor: string;
  /** The neighbor's address on the session. */
  readonly address: Address;
}

export interface Router {
  readonly name: string;
  readonly as: number;
  readonly networks: readonly Prefix[];
  readonly adjacencies: readonly Adjacency[];
}

/** BGP speakers by name, in the plan's order. */
export type Routers = ReadonlyMap<string, Router>;

/**
 * The BGP speakers of a plan and who peers with whom.
 *
 * @throws Error for an iBGP session, which propagates by other rules than are modelled here
 */
export function routersOf(plan: LabPlan): Routers {
  const internal = plan.sessions.find((session) => session.type === "ibgp");
  if (internal !== undefined) throw new Error(`session ${internal.name} is iBGP, which is not predicted`);
  const adjacencies = new Map<string, Adjacency[]>(plan.switches.map((each) => [each.name, []]));
  for (const { name, a, b } of plan.sessions) {
    adjacencies.get(a.machine)?.push({ session: name, neighbor: b.machine, address: b.address });
    adjacencies.get(b.machine)?.push({ session: name, neighbor: a.machine, address: a.address });
  }
  return new Map(plan.switches.map(({ name, as, networks }) => [name, { name, as, networks, adjacencies: adjacencies.get(name) ?? [] }]));
}

/** Who originates each prefix, prefixes in numeric order. */
export function originsOf(routers: Routers): Map<Prefix, string[]> {
  const origins = new Map<Prefix, string[]>();
  for (const router of routers.values()) {
    for (const prefix of router.networks) origins.set(prefix, [...(origins.get(prefix) ?? []), router.name]);
  }
  return new Map(sortPrefixes([...origins.keys()]).map((prefix) => [prefix, origins.get(prefix) ?? []]));
}
