import { knownAddress, knownRange } from "../../lab-spec/ip";
import type { FibEntry } from "../prediction";
import type { Address, Prefix } from "../types";

/** Longest-prefix match on every machine. */
export interface Routing {
  lookup(machine: string, address: Address): FibEntry | null;
}

/** Routes by length, longest first, then by first address: a lookup costs one step a length, not one a route. */
type Index = readonly (readonly [length: number, routes: ReadonlyMap<number, FibEntry>])[];

/** Tables are indexed when they are first asked: a path touches few of them. */
export function routingOf(fib: (machine: string) => readonly FibEntry[]): Routing {
  const indices = new Map<string, Index>();
  const indexOf = (machine: string): Index => {
    const known = indices.get(machine) ?? indexed(fib(machine));
    indices.set(machine, known);
    return known;
  };
  return {
    lookup(machine, address) {
      const value = knownAddress(address);
      for (const [length, routes] of indexOf(machine)) {
        const size = 2 ** (32 - length);
        const found = routes.get(Math.floor(value / size) * size);
        if (found !== undefined) return found;
      }
      return null;
    },
  };
}

function indexed(routes: readonly FibEntry[]): Index {
  const lengths = new Map<number, Map<number, FibEntry>>();
  for (const route of routes) {
    const { first, length } = knownRange(route.prefix);
    const ofLength = lengths.get(length) ?? new Map<number, FibEntry>();
    lengths.set(length, ofLength);
    // The kernel takes a connected route before one of BGP to the same prefix: it stands first in the table.
    if (!ofLength.has(first)) ofLength.set(first, route);
  }
  return [...lengths].sort(([a], [b]) => b - a);
}

/** Whether the address lies in the prefix. */
export function within(address: Address, prefix: Prefix): boolean {
  const { first, last } = knownRange(prefix);
  const value = knownAddress(address);
  return first <= value && value <= last;
}
