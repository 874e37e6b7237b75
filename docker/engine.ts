/** What every user of the Docker engine needs: its errors, and a short-lived container run to its end. */
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { docker } from "./client";

export const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** Null instead of an error where the thing asked for is not there. */
export async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** An engine that can't be reached, said with its address and the remedy; any other error as it is. */
export function explain(error: unknown): unknown {
  const { code, syscall, address, port } = error as {
    code?: string;
    syscall?: string;
    address?: string;
    port?: number;
  };
  if (syscall !== "connect" || code === undefined) return error;
  const at = port === undefined ? address : `${address}:${port}`;
  const remedy =
    code === "EACCES"
      ? "let this user use it (group docker)"
      : "start it (set-up does so where it may), or let DOCKER_HOST name one that runs";
  return new Error(`Docker does not answer at ${at} (${code}): ${remedy}`);
}

/** Removes a container, running or not; fine where it is gone. */
export async function forceRemove(id: string): Promise<void> {
  try {
    await docker().getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    // 409: a removal is on its way already.
    if (!isMissing(error) && statusOf(error) !== 409) throw error;
  }
}

/** What a container that has no terminal wrote, both streams in order. */
export function collect(stream: NodeJS.ReadableStream): () => string {
  const out = new PassThrough();
  let text = "";
  out.setEncoding("utf8").on("data", (d: string) => {
    text += d;
  });
  (
    docker().modem as { demuxStream(from: NodeJS.ReadableStream, out: PassThrough, err: PassThrough): void }
  ).demuxStream(stream, out, out);
  return () => text;
}

/** The end of an output that a person is to read. */
const TAIL = 2000;

/**
 * Runs a short-lived container to its end and returns its output. The engine removes it, also when this process is gone.
 *
 * @throws Error with the output when it exits other than 0.
 */
export async function runContainer(options: Docker.ContainerCreateOptions): Promise<string> {
  const container = await docker().createContainer({
    ...options,
    HostConfig: { AutoRemove: true, ...options.HostConfig },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const text = collect(stream);
    const closed = new Promise<void>((resolve) => stream.once("end", resolve));
    const ended = container.wait({ condition: "removed" }) as Promise<{ StatusCode: number }>;
    await Promise.all([container.start(), ended, closed]);
    const code = (await ended).StatusCode;
    if (code !== 0) throw new Error(text().trim().slice(-TAIL) || `exit status ${code}`);
    return text();
  } catch (error) {
    await forceRemove(container.id); // one that could not start is not removed by the engine
    throw error;
  }
}
