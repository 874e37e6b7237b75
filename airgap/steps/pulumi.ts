import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { hashOf, hashOfFolder } from "../hash";
import type { Step, StepContext } from "../step";
import { binDir } from "./go";

/** Programs of ours that speak Pulumi's protocols, each bundled to one file: a plugin of one file starts in a fraction of the time. */
const PROGRAMS = { langhost: "airgap/langhost/main.ts", command: "airgap/standins/command/main.ts", kubernetes: "airgap/standins/kubernetes/main.ts", fabriclab: "provider/main.ts" } as const;
const SOURCES = ["airgap/langhost", "airgap/standins", "provider"];

const sdkVersion = (root: string, name: string): string => (JSON.parse(readFileSync(path.join(root, "node_modules", "@pulumi", name, "package.json"), "utf8")) as { version: string }).version;

function keyOf(ctx: StepContext): string {
  return hashOf("4", ctx.keyOf("go-pulumi"), readFileSync(path.join(ctx.root, "package-lock.json"), "utf8"), ...SOURCES.map((s) => hashOfFolder(path.join(ctx.root, s))));
}

/** Folder whose `bin/` holds the CLI with the language host beside it. */
export const pulumiRoot = (ctx: StepContext): string => path.join(ctx.cache, "pulumi", keyOf(ctx));
/** PULUMI_HOME with the stand-in plugins. */
export const pulumiHome = (ctx: StepContext): string => path.join(pulumiRoot(ctx), "home");

/** The Kubernetes client stays a file of its own, which the stand-in reads when it first speaks to a cluster. */
const CLIENT = "kubernetes-client.js";
const apart: Plugin = { name: "apart", setup: (b) => { b.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: `./${CLIENT}`, external: true })); } };
const BUNDLE: BuildOptions = { bundle: true, platform: "node", format: "cjs", target: "node20", minify: true, keepNames: true, external: ["cpu-features", "*.node"], logLevel: "silent" };

/** An executable for a bundled program. */
function executable(file: string, bundle: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/usr/bin/env -S node --max-semi-space-size=32\n${readFileSync(bundle, "utf8").replace(/^#!.*\n/, "")}`);
  chmodSync(file, 0o755);
}

/** The Pulumi CLI, a language host, and stand-ins for the provider plugins that no package registry carries. */
export function pulumiStep(): Step {
  return {
    id: "pulumi-home", title: "Pulumi CLI, language host, provider plugins", needs: ["go-pulumi"], estimate: 3, kind: "io",
    key: keyOf,
    present: async (ctx) => existsSync(path.join(pulumiRoot(ctx), "bin", "pulumi")),
    run: async (ctx) => {
      const target = pulumiRoot(ctx), work = `${target}.partial`, bin = path.join(work, "bin");
      rmSync(work, { recursive: true, force: true });
      mkdirSync(bin, { recursive: true });
      const bundle = (name: keyof typeof PROGRAMS): string => path.join(work, "bundles", `${name}.js`);
      for (const [name, source] of Object.entries(PROGRAMS)) {
        await build({ ...BUNDLE, entryPoints: [path.join(ctx.root, source)], outfile: bundle(name as keyof typeof PROGRAMS), plugins: [apart] });
      }
      // A real copy: the CLI looks for its language hosts beside where its own file really lies.
      copyFileSync(path.join(binDir(ctx, "pulumi"), "pulumi"), path.join(bin, "pulumi"));
      executable(path.join(bin, "pulumi-language-nodejs"), bundle("langhost"));
      for (const name of ["command", "kubernetes"] as const) {
        const dir = path.join(work, "home", "plugins", `resource-${name}-v${sdkVersion(ctx.root, name)}`);
        executable(path.join(dir, `pulumi-resource-${name}`), bundle(name));
      }
      await build({ ...BUNDLE, stdin: { contents: `export { KubeConfig } from "@kubernetes/client-node";`, resolveDir: ctx.root },
        outfile: path.join(work, "home", "plugins", `resource-kubernetes-v${sdkVersion(ctx.root, "kubernetes")}`, CLIENT) });
      executable(path.join(work, "provider", "pulumi-resource-fabriclab"), bundle("fabriclab"));
      rmSync(target, { recursive: true, force: true });
      renameSync(work, target);
    },
  };
}
