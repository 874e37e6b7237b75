/** Programs that set-up built, found in its cache; a test that lacks one says so and skips. */
import { existsSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { cacheDir } from "../../../steps/context";

/** Repository root: sources and compiled tests lie at different depths below it. */
export const root = ((): string => {
  for (let dir = __dirname; dir !== path.dirname(dir); dir = path.dirname(dir))
    if (existsSync(path.join(dir, "Pulumi.yaml"))) return dir;
  throw new Error("these tests run from a checkout of the repository");
})();

/** Newest build of a program, or null. */
export function built(module: string, program: string): string | null {
  const bin = path.join(cacheDir(), "bin");
  const found = (existsSync(bin) ? readdirSync(bin) : [])
    .filter((d) => d.startsWith(`${module}-`))
    .map((d) => path.join(bin, d, program))
    .filter(existsSync);
  return found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0] ?? null;
}

/** `describe`, or `describe.skip` with the reason printed. */
export function suite(needs: Readonly<Record<string, unknown>>): jest.Describe {
  const missing = Object.entries(needs)
    .filter(([, v]) => v === null)
    .map(([k]) => k);
  if (missing.length === 0) return describe;
  console.log(`skipped: ${missing.join(", ")} not there: run \`npm run setup\` first (the registry way builds them)`);
  return describe.skip;
}
