/** The few Docker Engine calls that set-up makes. */
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import Docker from "dockerode";

export const docker = new Docker();

const missing = (error: unknown): boolean => (error as { statusCode?: number }).statusCode === 404;

export async function hasImage(name: string): Promise<boolean> {
  try { await docker.getImage(name).inspect(); return true; }
  catch (error) { if (missing(error)) return false; throw error; }
}

/** Loads an image archive. @throws Error with the engine's own words. */
export async function loadImage(archive: string): Promise<void> {
  const progress = await docker.loadImage(createReadStream(archive), { quiet: true });
  await new Promise<void>((resolve, reject) => docker.modem.followProgress(progress, (error, output: { error?: string }[]) => {
    const failed = output?.find((o) => o.error !== undefined);
    if (error ?? failed) reject(error ?? new Error(failed!.error)); else resolve();
  }));
}

/** A label of a volume, or null where the volume or the label is not there. */
export async function volumeLabel(name: string, label: string): Promise<string | null> {
  try { return (await docker.getVolume(name).inspect()).Labels?.[label] ?? null; }
  catch (error) { if (missing(error)) return null; throw error; }
}

/** Runs a container to its end and returns its output. @throws Error with the output when it exits other than 0. */
export async function runContainer(options: Docker.ContainerCreateOptions): Promise<string> {
  const out = new PassThrough();
  let text = "";
  out.on("data", (d: Buffer) => { text += d.toString(); });
  const container = await docker.createContainer({ ...options, Labels: { "fabriclab.cache": "1" } });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    container.modem.demuxStream(stream, out, out);
    await container.start();
    const { StatusCode: code } = await container.wait() as { StatusCode: number };
    if (code !== 0) throw new Error(`exit ${code}: ${text.slice(-2000)}`);
    return text;
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}
