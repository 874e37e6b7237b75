/** Version of fabriclab, as in package.json (a unit test compares them): a plugin in one file has no package.json beside it. */
export const FABRICLAB_VERSION = "0.1.0";
/** Whether a dotted version is at least another: "1.26.1" of "1.25". */
export function atLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) =>
    text.split(".").map((part) => Number.parseInt(part, 10) || 0),
  ) as [number[], number[]];
  for (const [i, part] of want.entries()) {
    if ((have[i] ?? 0) !== part) return (have[i] ?? 0) > part;
  }
  return true;
}
