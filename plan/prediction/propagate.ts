import type { Address } from "../types";
import type { Router, Routers } from "./graph";
import type { PathOption } from "./types";

/**
 * Every path each router may settle on for one prefix, when BGP is quiet.
 *
 * A router prefers its own prefix (weight), then the shortest AS path; origin and MED are equal here, and of equal external paths FRR keeps
 * the one it had first (https://docs.frrouting.org/en/stable-8.4/bgp.html#route-selection), so each of them may win. A router sends its best path alone, with its
 * own AS number in front, and a receiver drops a path that holds its own number (RFC 4271, section 9.1.2). Each hop adds one number, so
 * paths settle in rounds of equal length, as in a breadth-first search.
 *
 * Exact where the length of a router's best path doesn't depend on which of its neighbors' equal paths won: in any fabric whose routers
 * have distinct AS numbers, and in a two-tier fabric whose spines share one. Elsewhere it may list paths too many.
 *
 * @returns options by router, sorted by neighbor; routers that never learn the prefix are absent
 */
export function propagate(routers: Routers, origins: readonly string[]): Map<string, PathOption[]> {
  const settled = new Map<string, PathOption[]>(origins.map((name) => [name, [{ via: null, nextHop: null, asPath: [] }]]));
  let frontier = [...origins];
  while (frontier.length > 0) {
    const reached = new Map<string, PathOption[]>();
    for (const router of neighborsOf(routers, frontier)) {
      if (settled.has(router.name)) continue;
      const options = router.adjacencies.flatMap(({ neighbor, address }) =>
        frontier.includes(neighbor) ? received(routers, neighbor, address, settled.get(neighbor) ?? [], router) : [],
      );
      if (options.length > 0) reached.set(router.name, options);
    }
    for (const [name, options] of reached) settled.set(name, options);
    frontier = [...reached.keys()];
  }
  return settled;
}

/** Whether the neighbor's path arrives: it doesn't hold the receiver's AS number. */
export function accepts(receiver: Router, sender: Router, path: readonly number[]): boolean {
  return receiver.as !== sender.as && !path.includes(receiver.as);
}

function received(routers: Routers, from: string, address: Address, options: readonly PathOption[], to: Router): PathOption[] {
  const sender = routers.get(from);
  if (sender === undefined) return [];
  const arriving = options.filter((option) => accepts(to, sender, option.asPath)).map((option) => ({ via: from, nextHop: address, asPath: [sender.as, ...option.asPath] }));
  // The neighbor's own equal paths may differ in their inner hops only; the same AS path twice is one option here.
  return arriving.filter((option, i) => arriving.findIndex((other) => other.asPath.join() === option.asPath.join()) === i);
}

function neighborsOf(routers: Routers, names: readonly string[]): Set<Router> {
  const neighbors = names.flatMap((name) => routers.get(name)?.adjacencies ?? []).map(({ neighbor }) => routers.get(neighbor));
  return new Set(neighbors.filter((router) => router !== undefined));
}
