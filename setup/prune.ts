import { existsSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import Docker from "dockerode";
import { cacheDir, Context } from "../steps/context";
import { ordered, keyReader } from "../steps/run";
import { connectedSteps, registrySteps } from "./setup";
import type { Step, StepContext } from "../steps/step";

/** What set-up makes is named by the content hash of what it is made of. */
const HASH = /(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/;
/** Folders of the cache that hold such results. */
const PLACES = [".", "bin", "images", "pulumi", "rootfs", "stamps", "upstream"];

export interface Pruned {
  /** What went, a line each. */
  readonly removed: readonly string[];
  /** What is of no use to this checkout but still used by something that runs. */
  readonly kept: readonly string[];
}

/**
 * Removes what earlier versions of this checkout's recipes made: builds and archives in the cache, images and image stores in the engine. A lab that
 * still runs on them keeps them. Other checkouts that share the cache make theirs again when they are set up.
 *
 * @throws Error where Docker does not answer
 */
export async function prune(options: {
  readonly root: string;
  readonly cache?: string;
  readonly docker?: Docker;
}): Promise<Pruned> {
  const cache = options.cache ?? cacheDir();
  const docker = options.docker ?? new Docker();
  const current = new Set([registrySteps(), connectedSteps()].flatMap((steps) => keysOf(steps, options.root, cache)));
  const stale = (name: string): boolean => {
    const hash = HASH.exec(name)?.[0];
    return hash !== undefined && !current.has(hash);
  };
  const removed: string[] = [];
  const kept: string[] = [];
  const attempt = async (what: string, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
      removed.push(what);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 409) throw error;
      kept.push(`${what}: in use`);
    }
  };
  for (const tag of (await docker.listImages()).flatMap((image) => image.RepoTags ?? [])) {
    if (tag.startsWith("fabriclab/") && stale(tag)) await attempt(`image ${tag}`, docker.getImage(tag).remove());
  }
  for (const { Name } of (await docker.listVolumes()).Volumes ?? []) {
    if (/^fabriclab-(store|kernel)-/.test(Name) && stale(Name))
      await attempt(`volume ${Name}`, docker.getVolume(Name).remove());
  }
  for (const place of PLACES.map((name) => path.join(cache, name)).filter((dir) => existsSync(dir))) {
    for (const name of readdirSync(place).filter(stale)) {
      rmSync(path.join(place, name), { recursive: true, force: true });
      removed.push(path.relative(cache, path.join(place, name)));
    }
  }
  return { removed, kept };
}

function keysOf(steps: readonly Step[], root: string, cache: string): string[] {
  const keyOf: (id: string) => string = keyReader(
    steps,
    (id): StepContext =>
      new Context(
        root,
        cache,
        (other) => keyOf(other),
        id,
        () => undefined,
        new AbortController().signal,
      ),
  );
  return ordered(steps).map(({ id }) => keyOf(id));
}
