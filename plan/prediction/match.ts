import type { LabPlan, Prefix } from "../types";
import { originsOf, routersOf, type Router, type Routers } from "./graph";
import type { ObservedPath, ObservedTables } from "./observed";
import { accepts } from "./propagate";

/** One place where the live tables are no stable outcome of the plan. */
export interface Mismatch {
  readonly prefix: Prefix;
  readonly router: string;
  /** The neighbor concerned; null where it is the router's own affair. */
  readonly neighbor: string | null;
  readonly expected: string;
  readonly seen: string;
}

/**
 * Compares live BGP tables with the plan: empty if they are exactly one of the stable outcomes.
 *
 * Rather than searching the outcomes, of which there are exponentially many, this checks what makes one: each router has from each neighbor
 * just the path that follows from the best path this neighbor has, the best is one of the shortest, all shortest ones are used, and own
 * prefixes are where the plan says. Every such state is stable, and every stable state is such.
 *
 * @param plan the fabric
 * @param observed tables of all switches; one that is missing is a mismatch
 */
export function matchOutcome(plan: LabPlan, observed: ObservedTables): Mismatch[] {
  const routers = routersOf(plan);
  const origins = originsOf(routers);
  const mismatches: Mismatch[] = [];
  for (const router of routers.values()) {
    const table = observed[router.name];
    if (table === undefined) {
      mismatches.push({ prefix: "", router: router.name, neighbor: null, expected: "a BGP table", seen: "none" });
      continue;
    }
    const unknown = Object.keys(table).filter((prefix) => !origins.has(prefix) && (table[prefix] ?? []).length > 0);
    mismatches.push(...unknown.sort().map((prefix) => ({ prefix, router: router.name, neighbor: null, expected: "no such prefix", seen: pathsText(table[prefix] ?? []) })));
    for (const prefix of origins.keys()) mismatches.push(...matchPrefix(prefix, router, routers, observed));
  }
  return mismatches;
}

function matchPrefix(prefix: Prefix, router: Router, routers: Routers, observed: ObservedTables): Mismatch[] {
  const seen = observed[router.name]?.[prefix] ?? [];
  const mismatch = (neighbor: string | null, expected: string, was: string): Mismatch => ({ prefix, router: router.name, neighbor, expected, seen: was });
  const own = router.networks.includes(prefix);
  const found: Mismatch[] = [];
  if (seen.some((path) => path.peer === null) !== own) found.push(mismatch(null, own ? "an own path" : "no own path", pathsText(seen)));
  const known = new Set(router.adjacencies.map(({ address }) => address));
  for (const path of seen) if (path.peer !== null && !known.has(path.peer)) found.push(mismatch(null, "paths from planned neighbors", `a path from ${path.peer}`));
  for (const { neighbor, address } of router.adjacencies) {
    const sender = routers.get(neighbor);
    if (sender === undefined || observed[neighbor] === undefined) continue;
    const expected = advertised(sender, router, observed[neighbor][prefix] ?? []);
    const arrived = seen.filter((path) => path.peer === address);
    if (asPathText(arrived[0]?.asPath ?? null) !== asPathText(expected) || arrived.length > 1) found.push(mismatch(neighbor, asPathText(expected), arrived.length > 1 ? pathsText(arrived) : asPathText(arrived[0]?.asPath ?? null)));
  }
  return [...found, ...matchChoice(seen, mismatch)];
}

/** What a router must receive of a neighbor whose table has these paths: the neighbor's best with its AS number in front, or nothing. */
function advertised(sender: Router, receiver: Router, paths: readonly ObservedPath[]): readonly number[] | null {
  const best = paths.find((path) => path.best);
  return best !== undefined && accepts(receiver, sender, best.asPath) ? [sender.as, ...best.asPath] : null;
}

/** The best path is one of the shortest (its own first of all), and exactly the shortest are used. */
function matchChoice(seen: readonly ObservedPath[], mismatch: (neighbor: null, expected: string, seen: string) => Mismatch): Mismatch[] {
  if (seen.length === 0) return [];
  const own = seen.filter((path) => path.peer === null);
  const shortest = Math.min(...seen.map((path) => path.asPath.length));
  const equal = own.length > 0 ? own : seen.filter((path) => path.asPath.length === shortest);
  const best = seen.filter((path) => path.best);
  const wanted = `best one of ${pathsText(equal)}`;
  if (best.length !== 1 || !best.every((path) => equal.includes(path))) return [mismatch(null, wanted, `best ${pathsText(best)}`)];
  const used = seen.filter((path) => path.used);
  return used.length === equal.length && used.every((path) => equal.includes(path)) ? [] : [mismatch(null, `in use ${pathsText(equal)}`, `in use ${pathsText(used)}`)];
}

function asPathText(path: readonly number[] | null): string {
  return path === null ? "nothing" : `AS path ${path.join(" ")}`;
}

function pathsText(paths: readonly ObservedPath[]): string {
  return paths.length === 0 ? "nothing" : paths.map((path) => `${path.peer ?? "own"} [${path.asPath.join(" ")}]`).join(", ");
}
