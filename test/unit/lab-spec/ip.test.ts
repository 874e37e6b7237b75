import fc from "fast-check";
import { Address4 } from "ip-address";
import {
  addressNumber,
  addressText,
  holds,
  knownRange,
  looseRange,
  prefixRange,
  rangeAround,
  rangeText,
  sortAddresses,
  sortPrefixes,
} from "../../../lab-spec/ip";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test("addresses go to numbers and back", () => {
  fc.assert(fc.property(address, (value) => expect(addressNumber(addressText(value))).toBe(value)));
});

test("addresses are read and written as the ip-address library does", () => {
  const octet = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map(String),
    fc.constantFrom("", "00", "01", "007", "-1", "a", " 1", "1 ", "0x1"),
  );
  fc.assert(
    fc.property(fc.array(octet, { minLength: 3, maxLength: 5 }), (octets) => {
      const text = octets.join(".");
      const valid = Address4.isValid(text) && new Address4(text).correctForm() === text;
      expect(addressNumber(text)).toBe(valid ? Number(new Address4(text).bigInt()) : null);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(address, (value) => expect(addressText(value)).toBe(Address4.fromBigInt(BigInt(value)).correctForm())),
  );
});

test("a strict prefix is read back as it is, and a host bit makes it loose", () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 0, max: 32 }), (value, length) => {
      const range = rangeAround(value, length);
      expect(prefixRange(rangeText(range))).toEqual(range);
      expect(holds(range, value)).toBe(true);
      const loose = `${addressText(value)}/${length}`;
      expect(looseRange(loose)).toEqual(range);
      expect(prefixRange(loose)).toEqual(value === range.first ? range : null);
    }),
  );
});

test.each(["1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1.2.3.a", "::1"])("%s is no address", (text) =>
  expect(addressNumber(text)).toBeNull(),
);

test("order is numeric, a prefix before those within it", () => {
  expect(sortAddresses(["10.0.0.10", "10.0.0.9", "9.0.0.0"])).toEqual(["9.0.0.0", "10.0.0.9", "10.0.0.10"]);
  expect(sortPrefixes(["10.0.100.0/24", "10.0.9.0/24", "10.0.0.0/8"])).toEqual([
    "10.0.0.0/8",
    "10.0.9.0/24",
    "10.0.100.0/24",
  ]);
});

test("a prefix that the caller should have known to be valid is an error", () =>
  expect(() => knownRange("10.0.0.1/8")).toThrow("not an IPv4 prefix: 10.0.0.1/8"));
