/**
 * Image archives in the form `docker load` and `ctr images import` read (manifest.json, one config and some layer tars), written
 * without a daemon and without a clock: the same inputs give the same bytes.
 */
import { createHash } from "node:crypto";
import { closeSync, createReadStream, createWriteStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";

/** What one layer holds; paths are absolute in the image. */
export interface Layer {
  /** Image path to a file on this machine. */
  readonly files?: Readonly<Record<string, string>>;
  /** Image path to content. */
  readonly texts?: Readonly<Record<string, { readonly mode: number; readonly text: string }>>;
  /** Image path to link target. */
  readonly links?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
}

export interface ImageConfig {
  readonly tags: readonly string[];
  readonly layers: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  readonly stopSignal?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Part of the key of all that is made here: raise it when the same inputs come to give other bytes. */
export const FORMAT = "2";

const EPOCH = new Date(0);
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function entry(
  tar: Pack,
  header: { name: string; size?: number; mode: number; type?: "file" | "directory" | "symlink"; linkname?: string },
  content?: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ ...header, mtime: EPOCH, uid: 0, gid: 0 }, content ?? Buffer.alloc(0), (e) =>
      e ? reject(e) : resolve(),
    );
  });
}

async function fileEntry(tar: Pack, name: string, source: string, mode: number): Promise<void> {
  const sink = tar.entry({ name, size: statSync(source).size, mode, mtime: EPOCH, uid: 0, gid: 0 });
  await pipeline(createReadStream(source), sink);
}

const relative = (p: string): string => p.replace(/^\//, "");

/**
 * Programs and scripts are 0755, all else 0644. A script is told by its first line, not by its mode: files out of a Go module have lost theirs, and a
 * copied checkout may have.
 */
function modeOf(source: string): number {
  const start = Buffer.alloc(2);
  const fd = openSync(source, "r");
  try {
    readSync(fd, start, 0, 2, 0);
  } finally {
    closeSync(fd);
  }
  return (statSync(source).mode & 0o111) !== 0 || start.toString() === "#!" ? 0o755 : 0o644;
}

const MODES: Readonly<Record<string, number>> = {
  "/root": 0o700,
  "/root/.ssh": 0o700,
  "/tmp": 0o1777,
  "/var/tmp": 0o1777,
};

/** The layer's folders and all above its entries, parents first: an engine gives those that no layer names modes of its own choice. */
function directoriesOf(layer: Layer): string[] {
  const all = new Set<string>();
  const add = (dir: string): void => {
    for (let d = dir; d !== "/"; d = path.posix.dirname(d)) all.add(d);
  };
  layer.directories?.forEach(add);
  for (const entries of [layer.files, layer.texts, layer.links])
    for (const p of Object.keys(entries ?? {})) add(path.posix.dirname(p));
  return [...all].sort();
}

/** Writes a layer tar. */
export async function writeLayer(target: string, layer: Layer): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(target));
  for (const d of directoriesOf(layer))
    await entry(tar, { name: relative(d), mode: MODES[d] ?? 0o755, type: "directory" });
  for (const [to, from] of Object.entries(layer.files ?? {}).sort())
    await fileEntry(tar, relative(to), from, modeOf(from));
  for (const [to, { mode, text }] of Object.entries(layer.texts ?? {}).sort())
    await entry(tar, { name: relative(to), mode }, Buffer.from(text));
  for (const [to, linkname] of Object.entries(layer.links ?? {}).sort())
    await entry(tar, { name: relative(to), mode: 0o777, type: "symlink", linkname });
  tar.finalize();
  await written;
}

async function digest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Writes one archive of several images; layers they share are in it once. */
export async function writeArchive(target: string, images: readonly ImageConfig[]): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(target));
  const digests = new Map<string, string>();
  const manifest = [];
  for (const image of images) {
    for (const layer of image.layers) {
      if (digests.has(layer)) continue;
      const sum = await digest(layer);
      if (![...digests.values()].includes(sum)) await fileEntry(tar, `${sum}.tar`, layer, 0o644);
      digests.set(layer, sum);
    }
    const sums = image.layers.map((l) => digests.get(l)!);
    const config = Buffer.from(JSON.stringify(imageConfig(image, sums)));
    const name = `${createHash("sha256").update(config).digest("hex")}.json`;
    await entry(tar, { name, mode: 0o644 }, config);
    manifest.push({ Config: name, RepoTags: image.tags, Layers: sums.map((s) => `${s}.tar`) });
  }
  await entry(tar, { name: "manifest.json", mode: 0o644 }, Buffer.from(JSON.stringify(manifest)));
  tar.finalize();
  await written;
}

function imageConfig(image: ImageConfig, layers: readonly string[]): object {
  return {
    architecture: "amd64",
    os: "linux",
    created: EPOCH.toISOString(),
    config: {
      Env: [PATH, ...(image.environment ?? [])],
      WorkingDir: image.workingDirectory ?? "/",
      ...(image.command && { Cmd: image.command }),
      ...(image.entrypoint && { Entrypoint: image.entrypoint }),
      ...(image.stopSignal && { StopSignal: image.stopSignal }),
      ...(image.labels && { Labels: image.labels }),
    },
    rootfs: { type: "layers", diff_ids: layers.map((l) => `sha256:${l}`) },
    history: layers.map(() => ({ created: EPOCH.toISOString(), created_by: "fabriclab" })),
  };
}

/** A folder as layer files: its tree below `at`. */
export function folder(dir: string, names: readonly string[], at = "/"): Record<string, string> {
  return Object.fromEntries(names.map((n) => [path.posix.join(at, n), path.join(dir, n)]));
}

/** A text file with `@NAME@` replaced. @throws Error for a name that the file does not have. */
export function fill(file: string, values: Readonly<Record<string, string>>): string {
  let text = readFileSync(file, "utf8");
  for (const [name, value] of Object.entries(values)) {
    if (!text.includes(`@${name}@`)) throw new Error(`${file}: no place for ${name}`);
    text = text.replaceAll(`@${name}@`, value);
  }
  return text;
}
