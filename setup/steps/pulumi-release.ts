import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { fetchFile, publishedChecksums } from "../../steps/download";
import { hashOf } from "../../steps/hash";
import { pulumiCli, pulumiPlugin } from "../sources";
import type { Step, StepContext } from "../../steps/step";
import { VERSIONS } from "../../lab-spec/versions";
import { PLUGINS, pluginFolder, sdkVersion } from "./sdk";

const key = (root: string): string =>
  hashOf("1", pulumiCli().url, ...PLUGINS.map((p) => pulumiPlugin(p, sdkVersion(root, p))));
const folder = (ctx: Pick<StepContext, "root" | "cache">): string =>
  path.join(ctx.cache, "upstream", `pulumi-${key(ctx.root)}`);

/** Folder of the official CLI and its language hosts. */
export const releasedCli = (ctx: Pick<StepContext, "root" | "cache">): string => path.join(folder(ctx), "pulumi");
/** Folder of an official provider plugin. */
export const releasedPlugin = (ctx: Pick<StepContext, "root" | "cache">, name: string): string =>
  path.join(folder(ctx), pluginFolder(ctx.root, name));

/**
 * Checksums of archives for which upstream publishes none where it keeps them: the first one seen is kept in the cache, and a later download that
 * differs is refused.
 */
class KnownSums {
  private readonly file: string;
  private readonly sums: Record<string, string>;
  constructor(cache: string) {
    this.file = path.join(cache, "upstream", "sums.json");
    this.sums = existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as Record<string, string>) : {};
  }
  of(name: string): string | null {
    return this.sums[name] ?? null;
  }
  keep(name: string, sha256: string): void {
    this.sums[name] = sha256;
    writeFileSync(this.file, `${JSON.stringify(this.sums, null, 2)}\n`);
  }
}

async function unpacked(ctx: StepContext, archive: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  await ctx.exec("tar", ["-xzf", archive, "-C", target, "--no-same-owner"]);
  rmSync(archive);
}

async function fetchCli(ctx: StepContext, work: string): Promise<void> {
  const cli = pulumiCli();
  const sha256 = (await publishedChecksums(cli.checksums, ctx.signal)).get(cli.file);
  if (sha256 === undefined) throw new Error(`${cli.checksums} does not list ${cli.file}`);
  const archive = path.join(work, cli.file);
  ctx.log(cli.url);
  await fetchFile(cli.url, archive, { sha256, signal: ctx.signal });
  ctx.log(`SHA-256 ${sha256}, as published`);
  // The archive holds one folder, `pulumi`.
  await unpacked(ctx, archive, work);
}

async function fetchPlugin(ctx: StepContext, work: string, name: string, sums: KnownSums): Promise<void> {
  const url = pulumiPlugin(name, sdkVersion(ctx.root, name));
  const file = path.posix.basename(new URL(url).pathname);
  const archive = path.join(work, file);
  ctx.log(url);
  const known = sums.of(file);
  const seen = await fetchFile(url, archive, { sha256: known, signal: ctx.signal });
  if (known === null) sums.keep(file, seen);
  ctx.log(`SHA-256 ${seen}, ${known === null ? "recorded: upstream publishes none beside it" : "as recorded before"}`);
  await unpacked(ctx, archive, path.join(work, pluginFolder(ctx.root, name)));
}

/** The official CLI, language host and provider plugins, from Pulumi's own releases. */
export function pulumiReleaseStep(): Step {
  return {
    id: "pulumi-release",
    title: `Pulumi CLI ${VERSIONS.pulumi} and provider plugins (official)`,
    needs: [],
    estimate: 20,
    kind: "io",
    key: (ctx) => key(ctx.root),
    present: async (ctx) => existsSync(path.join(releasedCli(ctx), "pulumi")),
    run: async (ctx) => {
      const work = `${folder(ctx)}.partial`;
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      const sums = new KnownSums(ctx.cache);
      await fetchCli(ctx, work);
      for (const name of PLUGINS) await fetchPlugin(ctx, work, name, sums);
      const program = path.join(work, "pulumi", "pulumi-language-nodejs");
      if (!existsSync(program)) throw new Error(`${pulumiCli().url} holds no pulumi/pulumi-language-nodejs`);
      rmSync(folder(ctx), { recursive: true, force: true });
      renameSync(work, folder(ctx));
    },
  };
}
