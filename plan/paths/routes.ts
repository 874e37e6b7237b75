import { knownAddress } from "../../lab-spec/ip";
import type { FibEntry, LabPrediction } from "../prediction";
import type { Address } from "../types";

/** Longest-prefix match on every machine. */
export interface Routing {
  lookup(machine: string, address: Address): FibEntry | null;
}

export const routingOf = ({ route }: Pick<LabPrediction, "route">): Routing => ({
  lookup: (machine, address) => route(machine, knownAddress(address)),
});
