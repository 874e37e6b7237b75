import { UnknownValueError } from "@pulumi/policy";

/**
 * A copy of a resource's properties without what isn't known yet: during a preview a policy that reads an unknown value is stopped, and the
 * rules would rather judge what is there.
 */
export function plainValue(props: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(props).flatMap((key): [string, unknown][] => {
      const value = known(() => props[key]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** The value that `read` gives, copied; undefined where it is unknown. */
function known(read: () => unknown): unknown {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => known(() => (value as unknown[])[i]));
  return typeof value === "object" && value !== null ? plainValue(value as Record<string, unknown>) : value;
}
