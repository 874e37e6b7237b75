/** asdot+ of RFC 5396, section 2: the high and the low 16 bits, each as a decimal number. */
const ASDOT = /^(\d{1,5})\.(\d{1,5})$/;

/** Settings that are AS numbers, wherever they stand; `asBase` has two of its own. */
const AS_SETTINGS = ["as", "remoteAs", "rackAsBase"];
const BASES = "asBase";

/** The number that a text means in asdot; null for a text that is none. */
export function asdotNumber(text: string): number | null {
  const [, high = "", low = ""] = ASDOT.exec(text) ?? [];
  if (high === "" || Number(high) > 65535 || Number(low) > 65535) return null;
  return Number(high) * 65536 + Number(low);
}

/** A lab's value with its AS numbers as plain numbers: those in asdot, which has to be a text, are worked out. */
export function withPlainAsNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainAsNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => {
      if (AS_SETTINGS.includes(key)) return [key, plain(of)];
      if (key === BASES && typeof of === "object" && of !== null && !Array.isArray(of))
        return [key, Object.fromEntries(Object.entries(of).map(([role, base]) => [role, plain(base)]))];
      return [key, withPlainAsNumbers(of)];
    }),
  );
}

const plain = (value: unknown): unknown => (typeof value === "string" ? (asdotNumber(value) ?? value) : value);

/** Whether a value at a path may be an AS number in asdot that YAML took for a fraction: its last zeros are lost then. */
export const isLostAsdot = (value: unknown, path: string): boolean =>
  typeof value === "number" &&
  !Number.isInteger(value) &&
  (AS_SETTINGS.some((name) => path === name || path.endsWith(`.${name}`)) || path.includes(`.${BASES}.`));
