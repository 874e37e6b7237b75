import { BlockList, isIP } from "node:net";
import { looseRange, prefixRange, rangeText, type PrefixRange } from "../../../lab-spec/ip";

/** IPv4 range of a strict prefix; null for anything else, IPv6 too: rules of ranges speak of IPv4. */
export const range4 = (text: string | null): PrefixRange | null => (text === null ? null : prefixRange(text));

/** The subnet of an address with its length: "10.0.101.0/24" of "10.0.101.11/24". */
export function subnetOf(address: string): string {
  const range = looseRange(address);
  return range === null ? address : rangeText(range);
}

/** Family of "address/length", host bits or not; 0 if it is no prefix. */
export function prefixFamily(text: string): 0 | 4 | 6 {
  const [address, length, ...rest] = text.split("/");
  const family = isIP(address ?? "") as 0 | 4 | 6;
  if (rest.length > 0 || length === undefined || !/^\d{1,3}$/.test(length)) return 0;
  return Number(length) <= (family === 6 ? 128 : 32) ? family : 0;
}

/** Whether an address lies in a prefix, of either family. */
export function inside(address: string, prefix: string): boolean {
  const [base, length] = prefix.split("/");
  const family = isIP(address);
  if (family === 0 || base === undefined || isIP(base) !== family) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(length), family === 4 ? "ipv4" : "ipv6");
  return list.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** Whether a prefix lies in another of its family; both may have host bits. */
export function isWithin(inner: string, outer: string): boolean {
  const [base, length] = inner.split("/");
  return base !== undefined && inside(base, outer) && Number(length) >= Number(outer.split("/")[1]);
}

/** Whether two prefixes share an address: one of them then lies in the other. */
export const shareAddress = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);
