import { coerce, type SemVer } from "semver";

/** Version of fabriclab, as in package.json (a unit test compares them): a plugin in one file has no package.json beside it. */
export const FABRICLAB_VERSION = "0.1.0";

/** Numeric order of dotted versions: "1.9" before "1.25.11", "go1.26.8" after both; what follows the numbers does not count. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => {
    const version = coerce(text);
    if (version === null) throw new Error(`"${text}" holds no version`);
    return version;
  }) as [SemVer, SemVer];
  return x.compareMain(y);
}

/** Whether a dotted version is at least another: "1.26.1" of "1.25". A text that holds no version is none that is new enough. */
export const atLeast = (version: string, least: string): boolean =>
  coerce(version) !== null && compareVersions(version, least) >= 0;
