/** Bundles the policy pack into one file, `dist/bundle/policy.js`, with the launcher that keeps it compiled: it starts in a fraction of the time. */
import * as path from "node:path";
import type { Plugin } from "esbuild";
import { bundle } from "../build/bundle";

const root = path.join(__dirname, "..", "..");

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
  name: "lean",
  setup: (b) => {
    b.onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ path: name }) => ({ path: name, namespace: "lean" }));
    b.onLoad({ filter: /.*/, namespace: "lean" }, () => ({
      contents: `exports.asset = require("@pulumi/pulumi/asset");`,
      resolveDir: root,
    }));
    b.onResolve({ filter: /^\.\/(deserialize|proxy)$/ }, ({ path: name, resolveDir, importer }) => {
      if (path.basename(path.dirname(importer)) !== "policy" || !importer.includes("@pulumi")) return null;
      return { path: path.join(resolveDir, `${name}.js`), namespace: "once" };
    });
    b.onResolve({ filter: /^real$/, namespace: "once" }, ({ importer }) => ({ path: importer }));
    b.onLoad({ filter: /.*/, namespace: "once" }, ({ path: file }) => ({
      contents: ONCE[path.basename(file, ".js")]!,
      resolveDir: path.dirname(file),
    }));
    b.onResolve({ filter: /^(typescript|@npmcli\/arborist)$/ }, ({ path: name }) => ({
      path: name,
      namespace: "none",
    }));
    b.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
  },
};

void bundle("policy", path.join("policy", "main.ts"), { plugins: [lean] });
