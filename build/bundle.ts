import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { build, type BuildOptions } from "esbuild";

const root = path.join(__dirname, "..", "..");
const folder = path.join(root, "dist", "bundle");
const BUNDLE: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  keepNames: true,
  logLevel: "warning",
};

/**
 * Bundles a program of the checkout into one file, `dist/bundle/<name>.js`, and puts the launcher beside it that runs it from its compiled form.
 *
 * @param entry its first file, relative to the checkout
 */
export async function bundle(name: string, entry: string, options: BuildOptions = {}): Promise<void> {
  const target = path.join(folder, name);
  mkdirSync(folder, { recursive: true });
  await build({ ...BUNDLE, entryPoints: [path.join(root, entry)], outfile: `${target}.js`, ...options });
  await build({
    ...BUNDLE,
    entryPoints: [path.join(root, "startup", "launch.ts")],
    outfile: target,
    allowOverwrite: true,
  });
}
