import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { compareVersions } from "../common/version";
import { hashOf } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";
import { GO_MODULES, type EmbeddedFiles, type GoModule } from "./list";

/** Newest `go` directive among our modules: with GOTOOLCHAIN=local an older Go refuses them. */
export function minimumGo(root: string): string {
  const directives = GO_MODULES.map(
    (m) => /^go (\S+)$/m.exec(readFileSync(path.join(moduleFolder(root, m.name), "go.mod"), "utf8"))?.[1] ?? "1.0",
  );
  return directives.sort(compareVersions).at(-1)!;
}

const versions = new Map<string, string>();

/** Version of the host's Go, e.g. "go1.26.8". @throws Error with the remedy where it is missing or too old. */
export function hostGo(root: string): string {
  const known = versions.get(root);
  if (known !== undefined) return known;
  const minimum = minimumGo(root);
  let text: string;
  try {
    text = execFileSync("go", ["env", "GOVERSION"], {
      encoding: "utf8",
      env: { ...process.env, GOTOOLCHAIN: "local" },
    }).trim();
  } catch {
    throw new Error(`Go is not on the PATH: install Go ${minimum} or newer`);
  }
  if (compareVersions(text, minimum) < 0) throw new Error(`${text} is too old: install Go ${minimum} or newer`);
  versions.set(root, text);
  return text;
}

/**
 * Environment of every Go command: the user's own module proxy without `direct` (a module the proxy refuses is final; asking its source host only
 * waits), no toolchain downloads, modules exactly as pinned.
 */
export function goEnvironment(): Record<string, string> {
  const proxy = execFileSync("go", ["env", "GOPROXY"], { encoding: "utf8" }).trim();
  return {
    GOPROXY: withoutDirect(proxy),
    GOTOOLCHAIN: "local",
    GOFLAGS: "-mod=readonly -buildvcs=false",
    CGO_ENABLED: "0",
  };
}

/** A GOPROXY list without `direct`; a user who has nothing else keeps it. */
export const withoutDirect = (proxy: string): string =>
  proxy.replace(/(^|[,|])direct(?=[,|]|$)/g, "").replace(/^[,|]/, "") || proxy;

const moduleFolder = (root: string, name: string): string => path.join(root, "programs", "modules", name);
const flags = (m: GoModule): string[] => [
  "-trimpath",
  // Nobody debugs these programs, and -s and -w leave its tables out: not making them takes 22% off the compiler's time (etcd, 123 to 96 s of CPU). Traces of
  // panics stay as they are.
  "-gcflags=all=-dwarf=false",
  "-ldflags",
  ["-s", "-w", ...Object.entries(m.variables).map(([k, v]) => `-X ${k}=${v}`)].join(" "),
];

function keyOf(root: string, m: GoModule): string {
  const dir = moduleFolder(root, m.name);
  return hashOf(
    hostGo(root),
    readFileSync(path.join(dir, "go.mod"), "utf8"),
    readFileSync(path.join(dir, "go.sum"), "utf8"),
    JSON.stringify(m.programs),
    flags(m).join(" "),
    ...(Object.values(m.programs).includes(".") ? [readFileSync(path.join(dir, "main.go"), "utf8")] : []),
    ...(m.embedded === undefined ? [] : [m.embedded.from, m.embedded.revision]),
  );
}

/** Folder of the programs built from a module. */
export function binDir(ctx: Pick<StepContext, "root" | "cache">, name: GoModule["name"]): string {
  const m = GO_MODULES.find((x) => x.name === name)!;
  return path.join(ctx.cache, "bin", `${name}-${keyOf(ctx.root, m)}`);
}

/**
 * Source folder of a dependency of one of our modules, in the module cache. The dependency is downloaded where the cache does not have it yet: `go list`
 * would name no folder then.
 *
 * @throws Error when Go's answer names no folder
 */
export async function goModuleSource(ctx: StepContext, name: GoModule["name"], dependency: string): Promise<string> {
  const answer = await ctx.exec("go", ["mod", "download", "-json", dependency], {
    cwd: moduleFolder(ctx.root, name),
    env: goEnvironment(),
  });
  const { Dir: folder } = JSON.parse(answer) as { readonly Dir?: string };
  if (folder === undefined) throw new Error(`go mod download ${dependency}: the answer names no folder: ${answer}`);
  return folder;
}

/** One build step a module. */
export function goSteps(): Step[] {
  return GO_MODULES.map((m) => ({
    id: `go-${m.name}`,
    title: `build ${m.title} (${Object.keys(m.programs).length} program${Object.keys(m.programs).length > 1 ? "s" : ""})`,
    needs: [],
    estimate: m.estimate,
    kind: "cpu" as const,
    key: (ctx) => keyOf(ctx.root, m),
    present: async (ctx) => Object.keys(m.programs).every((p) => existsSync(path.join(binDir(ctx, m.name), p))),
    run: (ctx) => build(ctx, m),
  }));
}

async function build(ctx: StepContext, m: GoModule): Promise<void> {
  const target = binDir(ctx, m.name);
  const work = `${target}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const embedded = path.join(work, "embedded");
  const overlay = m.embedded === undefined ? [] : await overlayOf(ctx, m, m.embedded, embedded);
  // One command a program keeps a log line each; what they share is compiled once and cached by Go.
  for (const [program, source] of Object.entries(m.programs)) {
    ctx.log(`go build ${program}`);
    await ctx.exec("go", ["build", ...flags(m), ...overlay, "-o", path.join(work, program), source], {
      cwd: moduleFolder(ctx.root, m.name),
      env: goEnvironment(),
    });
  }
  rmSync(embedded, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(work, target);
}

/**
 * Makes the files that a main package of ours embeds, and tells the compiler to see them in the package's folder: the checkout itself stays as it is.
 *
 * @returns flags for `go build`
 */
async function overlayOf(ctx: StepContext, m: GoModule, files: EmbeddedFiles, folder: string): Promise<string[]> {
  mkdirSync(folder);
  const names = files.write(await goModuleSource(ctx, m.name, files.from), folder);
  const list = path.join(folder, "overlay.json");
  const Replace = Object.fromEntries(
    names.map((name) => [path.join(moduleFolder(ctx.root, m.name), name), path.join(folder, name)]),
  );
  writeFileSync(list, JSON.stringify({ Replace }));
  return ["-overlay", list];
}
