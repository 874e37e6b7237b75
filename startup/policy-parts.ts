/**
 * What the policy pack's bundle has in place of parts of Pulumi's SDKs.
 *
 * The pack's SDK loads the whole of the Pulumi SDK for one class, and reads a resource's properties anew for each of seventy policies, and once more to
 * remediate. No policy here changes a property: reading once is enough.
 *
 * What it saves of a preview with the pack was not measured anew with the official kubernetes plugin.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Plugin, PluginBuild } from "esbuild";
import { mayPatch, type Patched } from "./plain";

export const POLICY_LIBRARIES: readonly Patched[] = [
  { library: "@pulumi/policy", version: "1.21.0" },
  { library: "@pulumi/pulumi", version: "3.250.0" },
];

/** Modules of @pulumi/policy that are wrapped; `real` is the module itself. */
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

const versionOf = (library: string): string =>
  (JSON.parse(readFileSync(require.resolve(`${library}/package.json`), "utf8")) as { version: string }).version;

/** Each resource is read once: wraps two modules of @pulumi/policy. @throws Error in the build where they are not found */
function readOnce(b: PluginBuild): void {
  const wrapped = new Set<string>();
  b.onResolve({ filter: /^\.\/(deserialize|proxy)$/ }, ({ path: name, resolveDir, importer }) => {
    if (path.basename(path.dirname(importer)) !== "policy" || !importer.includes("@pulumi")) return null;
    wrapped.add(path.basename(name));
    return { path: path.join(resolveDir, `${name}.js`), namespace: "once" };
  });
  b.onResolve({ filter: /^real$/, namespace: "once" }, ({ importer }) => ({ path: importer }));
  b.onLoad({ filter: /.*/, namespace: "once" }, ({ path: file }) => ({
    contents: ONCE[path.basename(file, ".js")]!,
    resolveDir: path.dirname(file),
  }));
  b.onEnd(() => {
    const missing = Object.keys(ONCE).filter((name) => !wrapped.has(name));
    if (missing.length > 0)
      throw new Error(`@pulumi/policy has no ${missing.join(", ")} to wrap: look at startup/policy-parts.ts`);
  });
}

/** All that @pulumi/policy wants of the SDK's main module. The rest of it, npm's resolver and the TypeScript compiler among it, stays out. */
function leanSdk(b: PluginBuild): void {
  b.onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ path: name }) => ({ path: name, namespace: "lean" }));
  b.onLoad({ filter: /.*/, namespace: "lean" }, () => ({
    contents: `exports.asset = require("@pulumi/pulumi/asset");`,
    resolveDir: __dirname,
  }));
  b.onResolve({ filter: /^(typescript|@npmcli\/arborist)$/ }, ({ path: name }) => ({ path: name, namespace: "none" }));
  b.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
}

/** For the bundle of the policy pack. */
export const policyParts: Plugin = {
  name: "policy-parts",
  setup: (b) => {
    if (!POLICY_LIBRARIES.every((patched) => mayPatch("the policy pack's bundle", patched, versionOf(patched.library))))
      return;
    readOnce(b);
    leanSdk(b);
  },
};
