import { looseRange, rangeText } from "../../spec/ip";
import type { InterfaceAddress, Prefix } from "../types";

/** The prefix that an interface's address lies in. */
export function subnetOf(address: InterfaceAddress): Prefix {
  const range = looseRange(address);
  if (range === null) throw new Error(`not an interface address: ${address}`);
  return rangeText(range);
}
