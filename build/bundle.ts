import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { build, type BuildOptions } from "esbuild";

/** Folder of the bundles below a checkout. */
export const BUNDLES = path.join("dist", "bundle");
const SETTINGS: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  keepNames: true,
  // Errors name the place in the source (startup/traces.ts).
  sourcemap: "linked",
  sourcesContent: false,
  // Code that comes from a compile cache has lost its loader of modules: no import().
  supported: { "dynamic-import": false },
  logLevel: "warning",
};

/** One program that is bundled into a single file. */
export interface Bundle {
  /** Name of its launcher, below `dist/bundle`; the bundle itself is `<name>.js`. */
  readonly name: string;
  /** Its first file, relative to the checkout. */
  readonly entry: string;
  /** Whether it is a program that the engine starts by itself: its launcher is then executable. */
  readonly executable: boolean;
  readonly options?: BuildOptions;
}

/**
 * Bundles a program of the checkout, and puts the launcher beside it that runs it (startup/launch.ts).
 *
 * @param root the checkout
 * @param folder where both go
 */
export async function bundle(
  root: string,
  { name, entry, executable, options }: Bundle,
  folder: string = path.join(root, BUNDLES),
): Promise<void> {
  const target = path.join(folder, name);
  mkdirSync(path.dirname(target), { recursive: true });
  await build({ ...SETTINGS, entryPoints: [path.resolve(root, entry)], outfile: `${target}.js`, ...options });
  await build({
    ...SETTINGS,
    sourcemap: false,
    define: { ENTRY: JSON.stringify(entry.replace(/\.ts$/, ".js")) },
    entryPoints: [path.join(root, "startup", "launch.ts")],
    outfile: target,
    allowOverwrite: true,
  });
  if (!executable) return;
  writeFileSync(target, `#!/usr/bin/env node\n${readFileSync(target, "utf8").replace(/^#!.*\n/, "")}`);
  chmodSync(target, 0o755);
}
