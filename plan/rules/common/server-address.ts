import { addressText, holds, knownAddress, knownRange, rangeSize, type PrefixRange } from "../../../lab-spec/ip";
import { valuesOf } from "../../allocate";
import type { Finding } from "../rule";
import type { Server } from "./servers";

/** Why an address is none that a host of the subnet may have; null if it is one. */
export function unfitFor(subnet: PrefixRange, address: string): "outside" | "network" | "broadcast" | null {
  const value = knownAddress(address);
  if (!holds(subnet, value)) return "outside";
  if (value === subnet.first) return "network";
  return value === subnet.last ? "broadcast" : null;
}

/** What is wrong with the address of a machine behind a leaf; null if it is one of the subnet's that a host may have. */
export function serverAddressFinding({ name, leaf, address, index }: Server): Finding | null {
  const subnet = leaf?.serverSubnet.value ?? null;
  if (leaf === null || subnet === null || index?.value === null) return null;
  const range = knownRange(subnet);
  // Too small a subnet is reported as such.
  if (rangeSize(range) < 4) return null;
  const lowest = range.first + (leaf.gateway === addressText(range.first + 1) ? 2 : 1);
  const finding = (message: string): Finding => ({
    path: address.path,
    message,
    values: {
      ...(address.value === null ? valuesOf(...(index === null ? [] : [index])) : valuesOf(address)),
      ...valuesOf(leaf.serverSubnet),
    },
    remedy: `Use a free address from ${addressText(lowest)} to ${addressText(range.last - 1)}.`,
  });
  if (address.value === null)
    return finding(
      `${name}${index === null ? "" : ` with index ${index.value ?? ""}`} has no default address in ${subnet}`,
    );
  const unfit = unfitFor(range, address.value);
  if (unfit === "outside")
    return finding(`${address.value} of ${name} is outside the server subnet ${subnet} of ${leaf.name}`);
  if (unfit !== null) return finding(`${address.value} of ${name} is the ${unfit} address of ${subnet}`);
  if (address.value === leaf.gateway) return finding(`${address.value} of ${name} is the gateway on ${leaf.name}`);
  return null;
}
