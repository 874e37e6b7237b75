import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { BUNDLES, type Bundle } from "../../build/bundle";
import { PROGRAMS } from "../../build/bundles";
import type { Way } from "../../images/upstream";
import { hashOf } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";
import { binDir } from "../../programs/go";
import { place } from "./place";
import { releasedCli, releasedPlugin } from "./pulumi-release";
import { pluginFolder, PLUGINS } from "./sdk";

/** Programs of ours that the engine starts: `npm run build` has bundled them, set-up puts them where the engine looks. */
const OURS: Record<Way, readonly Bundle[]> = {
  registry: [PROGRAMS.provider, PROGRAMS.languageHost, PROGRAMS.command],
  connected: [PROGRAMS.provider],
};
const NEEDS: Record<Way, readonly string[]> = {
  registry: ["go-pulumi"],
  connected: ["pulumi-release"],
};

export const PULUMI_HOME_STEP = "pulumi-home";
/** Folder whose `bin/` holds the CLI with the language host beside it. */
export const pulumiRoot = (ctx: StepContext): string => path.join(ctx.cache, "pulumi", ctx.keyOf(PULUMI_HOME_STEP));
/** PULUMI_HOME with the provider plugins. */
export const pulumiHome = (ctx: StepContext): string => path.join(pulumiRoot(ctx), "home");
/** Folder of the lab's own provider plugin. */
export const providerFolder = (ctx: StepContext): string => path.join(pulumiRoot(ctx), "provider");

/** A bundle's launcher and the bundle itself. @throws Error where `npm run build` has not made them */
function filesOf(root: string, { name }: Bundle): readonly string[] {
  const launcher = path.join(root, BUNDLES, name);
  const files = [launcher, `${launcher}.js`];
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`${missing} is not there: run \`npm run build\``);
  return files;
}

/** Puts a bundled program at `target`. */
function install(ctx: StepContext, program: Bundle, target: string): void {
  const [launcher, code] = filesOf(ctx.root, program) as [string, string];
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(launcher, target);
  copyFileSync(code, `${target}.js`);
}

function fromRegistries(ctx: StepContext, bin: string, plugins: string): void {
  place(path.join(binDir(ctx, "pulumi"), "pulumi"), path.join(bin, "pulumi"));
  install(ctx, PROGRAMS.languageHost, path.join(bin, PROGRAMS.languageHost.name));
  install(ctx, PROGRAMS.command, path.join(plugins, pluginFolder(ctx.root, "command"), PROGRAMS.command.name));
}

function fromReleases(ctx: StepContext, bin: string, plugins: string): void {
  for (const file of readdirSync(releasedCli(ctx))) place(path.join(releasedCli(ctx), file), path.join(bin, file));
  for (const name of PLUGINS)
    cpSync(releasedPlugin(ctx, name), path.join(plugins, pluginFolder(ctx.root, name)), { recursive: true });
}

const TITLES: Record<Way, string> = {
  registry: "Pulumi CLI; stand-ins for language host and command plugin",
  connected: "Pulumi CLI, language host, provider plugins (official)",
};

/** The Pulumi CLI, a Node.js language host, and the provider plugins: official ones, or stand-ins where no package registry carries them. */
export function pulumiStep(way: Way): Step {
  return {
    id: PULUMI_HOME_STEP,
    title: TITLES[way],
    needs: NEEDS[way],
    estimate: 1,
    kind: "io",
    // What is put together, byte by byte: the bundles hold every source and library that they are made of.
    key: (ctx) =>
      hashOf(
        "9",
        way,
        ...NEEDS[way].map((id) => ctx.keyOf(id)),
        ...PLUGINS.map((name) => pluginFolder(ctx.root, name)),
        ...OURS[way].flatMap((program) => filesOf(ctx.root, program).map((file) => readFileSync(file, "utf8"))),
      ),
    present: async (ctx) => existsSync(path.join(pulumiRoot(ctx), "bin", "pulumi")),
    run: async (ctx) => {
      const target = pulumiRoot(ctx);
      const work = `${target}.partial`;
      const bin = path.join(work, "bin");
      const plugins = path.join(work, "home", "plugins");
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      if (way === "registry") fromRegistries(ctx, bin, plugins);
      else fromReleases(ctx, bin, plugins);
      install(ctx, PROGRAMS.provider, path.join(work, "provider", PROGRAMS.provider.name));
      rmSync(target, { recursive: true, force: true });
      renameSync(work, target);
    },
  };
}
