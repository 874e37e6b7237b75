/** The few Docker Engine calls that set-up makes. */
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import Docker from "dockerode";
import { extract, pack } from "tar-stream";
import { adoptDockerHost } from "../docker/host";

adoptDockerHost();
export const docker = new Docker();

/** Label of what set-up makes and keeps for every lab. */
export const CACHE = { "fabriclab.cache": "1" } as const;

const missing = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 404;

export async function hasImage(name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if (missing(error)) return false;
    throw error;
  }
}

interface Progress {
  readonly error?: string;
  readonly stream?: string;
}

/** Follows what the engine reports to its end. @throws Error with the engine's own words. */
function followed(progress: NodeJS.ReadableStream, log: (line: string) => void = () => undefined): Promise<void> {
  return new Promise((resolve, reject) =>
    docker.modem.followProgress(
      progress,
      (error, output: Progress[]) => {
        const failed = output?.find((o) => o.error !== undefined);
        if (error ?? failed) reject(error ?? new Error(failed!.error));
        else resolve();
      },
      (event: Progress) => {
        if (event.stream?.trim()) log(event.stream);
      },
    ),
  );
}

/** Loads an image archive. @throws Error with the engine's own words. */
export const loadImage = async (archive: string): Promise<void> =>
  followed(await docker.loadImage(createReadStream(archive), { quiet: true }));

/** Pulls an image by its whole name. @throws Error with the engine's own words. */
export const pullImage = async (name: string): Promise<void> => followed(await docker.pull(name));

export async function tagImage(name: string, as: string): Promise<void> {
  const colon = as.lastIndexOf(":");
  await docker.getImage(name).tag({ repo: as.slice(0, colon), tag: as.slice(colon + 1) });
}

/** Takes a name off an image, and the image away with its last name; one that is not there or in use stays as it is. */
export async function removeImage(name: string): Promise<void> {
  try {
    await docker.getImage(name).remove();
  } catch (error) {
    if (!missing(error) && (error as { statusCode?: number }).statusCode !== 409) throw error;
  }
}

/** Writes several images as one archive. */
export async function saveImages(names: readonly string[], target: string): Promise<void> {
  // docker.getImages of the client, which its types leave out.
  const { getImages } = docker as unknown as {
    getImages(options: { names: readonly string[] }): Promise<NodeJS.ReadableStream>;
  };
  await pipeline(await getImages.call(docker, { names }), createWriteStream(target));
}

/** Copies one program out of an image. @throws Error when the image does not have it. */
export async function copyFromImage(image: string, file: string, target: string): Promise<void> {
  const container = await docker.createContainer({ Image: image, Cmd: ["-"], Labels: CACHE });
  try {
    const reader = (await container.getArchive({ path: file })).pipe(extract());
    for await (const entry of reader) await pipeline(entry, createWriteStream(target, { mode: 0o755 }));
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}

/** Settings that reach package mirrors through a proxy where the host needs one; the engine keeps them out of the image. */
const PROXY = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** Builds an image from a Dockerfile and files beside it. @throws Error with the engine's own words. */
export async function buildImage(
  tag: string,
  dockerfile: string,
  files: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<void> {
  const tar = pack();
  const packed = (async (): Promise<void> => {
    tar.entry({ name: "Dockerfile" }, dockerfile);
    for (const [name, file] of Object.entries(files))
      await pipeline(createReadStream(file), tar.entry({ name, size: statSync(file).size }));
    tar.finalize();
  })();
  const buildargs = Object.fromEntries(
    PROXY.flatMap((n) => (process.env[n] === undefined ? [] : [[n, process.env[n]]])),
  );
  // The host's own network: an engine without a default bridge builds too.
  const progress = docker.buildImage(tar.pipe(new PassThrough()), {
    t: tag,
    networkmode: "host",
    buildargs,
    labels: CACHE,
    pull: true,
    rm: true,
    forcerm: true,
  });
  await Promise.all([packed, progress.then((p) => followed(p, log))]);
}

/** Runs a container to its end and returns its output. @throws Error with the output when it exits other than 0. */
export async function runContainer(options: Docker.ContainerCreateOptions): Promise<string> {
  const out = new PassThrough();
  let text = "";
  // Decoded as one stream: a character may be cut in two between chunks.
  out.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const container = await docker.createContainer({ ...options, Labels: CACHE });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    container.modem.demuxStream(stream, out, out);
    await container.start();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    if (code !== 0) throw new Error(`exit ${code}: ${text.slice(-2000)}`);
    return text;
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}
