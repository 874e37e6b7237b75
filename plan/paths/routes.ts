import { knownAddress, knownRange } from "../../lab-spec/ip";
import type { FibEntry, LabPrediction } from "../prediction";
import type { Address, Prefix } from "../types";

/** Longest-prefix match on every machine. */
export interface Routing {
  lookup(machine: string, address: Address): FibEntry | null;
}

export const routingOf = ({ route }: Pick<LabPrediction, "route">): Routing => ({
  lookup: (machine, address) => route(machine, knownAddress(address)),
});

/** Whether the address lies in the prefix. */
export function within(address: Address, prefix: Prefix): boolean {
  const { first, last } = knownRange(prefix);
  const value = knownAddress(address);
  return first <= value && value <= last;
}
