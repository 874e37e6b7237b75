import { addressText, holds, knownAddress, knownRange, rangeSize } from "../../../lab-spec/ip";
import { valuesOf } from "../../allocate";
import type { Finding } from "../rule";
import type { Server } from "./servers";

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
  const value = knownAddress(address.value);
  if (!holds(range, value))
    return finding(`${address.value} of ${name} is outside the server subnet ${subnet} of ${leaf.name}`);
  if (value === range.first) return finding(`${address.value} of ${name} is the network address of ${subnet}`);
  if (value === range.last) return finding(`${address.value} of ${name} is the broadcast address of ${subnet}`);
  if (address.value === leaf.gateway) return finding(`${address.value} of ${name} is the gateway on ${leaf.name}`);
  return null;
}
