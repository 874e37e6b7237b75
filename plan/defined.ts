/**
 * A value that the code around it has made sure of.
 *
 * @param what names the value, for the error of the day on which the code is wrong
 * @throws Error if there is none: going on with a stand-in would turn a broken invariant into a wrong configuration
 */
export function defined<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`there is no ${what}: a fault of fabriclab`);
  return value;
}
