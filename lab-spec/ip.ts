/** A strict IPv4 prefix as numbers: `first` to `last` inclusive, both unsigned 32-bit. */
export interface PrefixRange {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

const CANONICAL = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/**
 * Unsigned 32-bit value of a dotted quad, or null if it is not one in canonical form (four octets, no leading zeros).
 *
 * Plain arithmetic, not the ip-address library: a large lab's plan does this a million times, and the library's BigInts took most of its time.
 */
export function addressNumber(text: string): number | null {
  const octets = CANONICAL.exec(text);
  if (octets === null) return null;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = Number(octets[i]);
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return value;
}

/** Dotted quad of an unsigned 32-bit value. */
export function addressText(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** Range of "a.b.c.d/n" whatever its host bits, or null if it is not of that form. */
export function looseRange(text: string): PrefixRange | null {
  const [address, length, more] = text.split("/");
  if (address === undefined || length === undefined || more !== undefined) return null;
  if (!/^(0|[1-9]\d?)$/.test(length) || Number(length) > 32) return null;
  const value = addressNumber(address);
  return value === null ? null : rangeAround(value, Number(length));
}

/** Range of a strict prefix: as `looseRange`, but null too if a host bit is set. */
export function prefixRange(text: string): PrefixRange | null {
  const range = looseRange(text);
  return range !== null && rangeText(range) === text ? range : null;
}

/** The range of a prefix the caller knows to be valid (it came out of the schema or the allocator). */
export function knownRange(prefix: string): PrefixRange {
  const range = prefixRange(prefix);
  if (range === null) throw new Error(`not an IPv4 prefix: ${prefix}`);
  return range;
}

/** The value of an address the caller knows to be valid. */
export function knownAddress(address: string): number {
  const value = addressNumber(address);
  if (value === null) throw new Error(`not an IPv4 address: ${address}`);
  return value;
}

/** The prefix of this length that holds the address. */
export function rangeAround(address: number, length: number): PrefixRange {
  const size = 2 ** (32 - length);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, length };
}

/** "10.0.101.0/24". */
export function rangeText(range: PrefixRange): string {
  return `${addressText(range.first)}/${range.length}`;
}

/** Number of addresses in a range. */
export function rangeSize(range: PrefixRange): number {
  return range.last - range.first + 1;
}

/** Whether the address lies in the range. */
export function holds(range: PrefixRange, address: number): boolean {
  return range.first <= address && address <= range.last;
}

/** Whether the address lies in the prefix. */
export function within(address: string, prefix: string): boolean {
  return holds(knownRange(prefix), knownAddress(address));
}

/** Prefixes in numeric order: by first address, then the shorter first. */
export function sortPrefixes(prefixes: readonly string[]): string[] {
  return prefixes
    .map((text) => ({ text, range: knownRange(text) }))
    .sort((a, b) => a.range.first - b.range.first || a.range.length - b.range.length)
    .map(({ text }) => text);
}

/** Addresses in numeric order. */
export function sortAddresses(addresses: readonly string[]): string[] {
  return addresses
    .map((text) => ({ text, value: knownAddress(text) }))
    .sort((a, b) => a.value - b.value)
    .map(({ text }) => text);
}
