/** Bundles the policy pack into one file, `dist/bundle/policy.js`, and the launcher beside it that keeps it compiled: a pack of one file starts in a fraction of the time. */
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

const root = path.join(__dirname, "..", ".."), target = path.join(root, "dist", "bundle", "policy");
const BUNDLE: BuildOptions = { bundle: true, platform: "node", format: "cjs", target: "node20", minify: true, keepNames: true, logLevel: "warning" };

/** The SDK reads a resource's properties anew for every policy, seventy times, and once more to remediate. Nothing here changes them: once is enough. */
const ONCE: Readonly<Record<string, string>> = {
  deserialize: `
    const { deserializeProperties, serializeProperties } = require("real"), read = new WeakMap();
    exports.serializeProperties = serializeProperties;
    exports.deserializeProperties = (struct, forRemedy) => {
      if (forRemedy) return {};
      if (!read.has(struct)) read.set(struct, deserializeProperties(struct, false));
      return read.get(struct);
    };`,
  proxy: `
    const { unknownCheckingProxy, UnknownValueError } = require("real"), made = new WeakMap();
    exports.UnknownValueError = UnknownValueError;
    exports.unknownCheckingProxy = (props) => {
      if (!made.has(props)) made.set(props, unknownCheckingProxy(props));
      return made.get(props);
    };`,
};

/** All that @pulumi/policy wants of the SDK's main module. The rest of it, npm's resolver and the TypeScript compiler among it, stays out. */
const lean: Plugin = {
  name: "lean", setup: (b) => {
    b.onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ path: name }) => ({ path: name, namespace: "lean" }));
    b.onLoad({ filter: /.*/, namespace: "lean" }, () => ({ contents: `exports.asset = require("@pulumi/pulumi/asset");`, resolveDir: root }));
    b.onResolve({ filter: /^\.\/(deserialize|proxy)$/ }, ({ path: name, resolveDir, importer }) => {
      if (path.basename(path.dirname(importer)) !== "policy" || !importer.includes("@pulumi")) return null;
      return { path: path.join(resolveDir, `${name}.js`), namespace: "once" };
    });
    b.onResolve({ filter: /^real$/, namespace: "once" }, ({ importer }) => ({ path: importer }));
    b.onLoad({ filter: /.*/, namespace: "once" }, ({ path: file }) => ({ contents: ONCE[path.basename(file, ".js")]!, resolveDir: path.dirname(file) }));
    b.onResolve({ filter: /^(typescript|@npmcli\/arborist)$/ }, ({ path: name }) => ({ path: name, namespace: "none" }));
    b.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
  },
};

async function main(): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  await build({ ...BUNDLE, entryPoints: [path.join(root, "policy", "main.ts")], outfile: `${target}.js`, plugins: [lean] });
  await build({ ...BUNDLE, entryPoints: [path.join(root, "airgap", "launch.ts")], outfile: target, allowOverwrite: true });
}

void main();
