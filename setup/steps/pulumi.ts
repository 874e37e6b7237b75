import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import type { Way } from "../../images/upstream";
import { hashOf, hashOfFolder } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";
import { binDir } from "../../programs/go";
import { releasedCli, releasedPlugin } from "./pulumi-release";
import { pluginFolder, PLUGINS } from "./sdk";

/** Programs of ours that speak Pulumi's protocols, each bundled to one file: a plugin of one file starts in a fraction of the time. */
const PROVIDER = "provider/main.ts";
const LANGUAGE_HOST = "langhost/main.ts";
const LAUNCH = "startup/launch.ts";
const standIn = (name: string): string => `standins/${name}/main.ts`;
const PROVIDER_SOURCES = ["provider", "platforms", "docker", "common", "startup"];
const SOURCES: Record<Way, readonly string[]> = {
  registry: [...PROVIDER_SOURCES, "langhost", "standins", "ssh"],
  connected: PROVIDER_SOURCES,
};
const SOURCE_STEP: Record<Way, string> = { registry: "go-pulumi", connected: "pulumi-release" };

const ID = "pulumi-home";
/** Folder whose `bin/` holds the CLI with the language host beside it. */
export const pulumiRoot = (ctx: StepContext): string => path.join(ctx.cache, "pulumi", ctx.keyOf(ID));
/** PULUMI_HOME with the provider plugins. */
export const pulumiHome = (ctx: StepContext): string => path.join(pulumiRoot(ctx), "home");
/** Folder of the lab's own provider plugin. */
export const providerFolder = (ctx: StepContext): string => path.join(pulumiRoot(ctx), "provider");

/** The Kubernetes client stays a file of its own, which the stand-in reads when it first speaks to a cluster. */
const CLIENT = "kubernetes-client.js";
const apart: Plugin = {
  name: "apart",
  setup: (b) => {
    b.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: `./${CLIENT}`, external: true }));
  },
};
/** No import(): code that comes from a compile cache has lost its loader of modules. */
const BUNDLE: BuildOptions = {
  supported: { "dynamic-import": false },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  keepNames: true,
  external: ["cpu-features", "*.node"],
  logLevel: "silent",
};

/** Bundles a program of ours into one file, `<target>.js`, and the executable `<target>` that runs it. */
async function bundle(ctx: StepContext, source: string, target: string): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  await build({ ...BUNDLE, entryPoints: [path.join(ctx.root, source)], outfile: `${target}.js`, plugins: [apart] });
  await build({ ...BUNDLE, entryPoints: [path.join(ctx.root, LAUNCH)], outfile: target, allowOverwrite: true });
  writeFileSync(
    target,
    `#!/usr/bin/env -S node --max-semi-space-size=32\n${readFileSync(target, "utf8").replace(/^#!.*\n/, "")}`,
  );
  chmodSync(target, 0o755);
}

/** The same file under a second name, not a symbolic link: the CLI looks for its language hosts beside where its own file really lies. */
function place(source: string, target: string): void {
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

async function fromRegistries(ctx: StepContext, bin: string, plugins: string): Promise<void> {
  place(path.join(binDir(ctx, "pulumi"), "pulumi"), path.join(bin, "pulumi"));
  await bundle(ctx, LANGUAGE_HOST, path.join(bin, "pulumi-language-nodejs"));
  for (const name of PLUGINS)
    await bundle(ctx, standIn(name), path.join(plugins, pluginFolder(ctx.root, name), `pulumi-resource-${name}`));
  await build({
    ...BUNDLE,
    stdin: { contents: `export { KubeConfig } from "@kubernetes/client-node";`, resolveDir: ctx.root },
    outfile: path.join(plugins, pluginFolder(ctx.root, "kubernetes"), CLIENT),
  });
}

function fromReleases(ctx: StepContext, bin: string, plugins: string): void {
  for (const file of readdirSync(releasedCli(ctx))) place(path.join(releasedCli(ctx), file), path.join(bin, file));
  for (const name of PLUGINS)
    cpSync(releasedPlugin(ctx, name), path.join(plugins, pluginFolder(ctx.root, name)), { recursive: true });
}

/** The Pulumi CLI, a Node.js language host, and the provider plugins: official ones, or stand-ins where no package registry carries them. */
export function pulumiStep(way: Way): Step {
  return {
    id: ID,
    title: `Pulumi CLI, language host, provider plugins (${way === "registry" ? "stand-ins" : "official"})`,
    needs: [SOURCE_STEP[way]],
    estimate: 3,
    kind: "io",
    key: (ctx) =>
      hashOf(
        "7",
        way,
        ctx.keyOf(SOURCE_STEP[way]),
        readFileSync(path.join(ctx.root, "package-lock.json"), "utf8"),
        readFileSync(path.join(ctx.root, LAUNCH), "utf8"),
        ...SOURCES[way].map((s) => hashOfFolder(path.join(ctx.root, s))),
      ),
    present: async (ctx) => existsSync(path.join(pulumiRoot(ctx), "bin", "pulumi")),
    run: async (ctx) => {
      const target = pulumiRoot(ctx);
      const work = `${target}.partial`;
      const bin = path.join(work, "bin");
      const plugins = path.join(work, "home", "plugins");
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      if (way === "registry") await fromRegistries(ctx, bin, plugins);
      else fromReleases(ctx, bin, plugins);
      await bundle(ctx, PROVIDER, path.join(work, "provider", "pulumi-resource-fabriclab"));
      rmSync(target, { recursive: true, force: true });
      renameSync(work, target);
    },
  };
}
