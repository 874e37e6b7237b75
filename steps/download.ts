import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

async function get(url: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { signal }).catch((error: Error) => {
    throw new Error(`${url}: ${(error.cause as Error | undefined)?.message ?? error.message}`);
  });
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
  return answer;
}

/** A published list of checksums, as `sha256sum` writes it: file name to SHA-256 in lower case. @throws Error naming the address. */
export async function publishedChecksums(url: string, signal?: AbortSignal): Promise<Map<string, string>> {
  const lines = (await (await get(url, signal)).text())
    .split("\n")
    .map((l) => /^([0-9a-f]{64})[ *]+(\S+)\s*$/i.exec(l))
    .filter((m) => m !== null);
  return new Map(lines.map((m) => [m[2]!, m[1]!.toLowerCase()]));
}

export interface FetchOptions {
  /** Expected SHA-256 in lower case; null takes what comes. */
  readonly sha256: string | null;
  readonly mode?: number;
  readonly signal?: AbortSignal;
}

/**
 * Fetches a file, and keeps it only when it is whole and its SHA-256 is the expected one.
 *
 * @returns the SHA-256 seen
 * @throws Error naming the address, and both checksums where they differ
 */
export async function fetchFile(
  url: string,
  target: string,
  { sha256, mode = 0o644, signal }: FetchOptions,
): Promise<string> {
  const partial = `${target}.partial`;
  const hash = createHash("sha256");
  await mkdir(path.dirname(target), { recursive: true });
  try {
    const body = Readable.fromWeb((await get(url, signal)).body as ReadableStream);
    await pipeline(
      body,
      new Transform({
        transform: (chunk: Buffer, _, next) => {
          hash.update(chunk);
          next(null, chunk);
        },
      }),
      createWriteStream(partial),
    ).catch((error: Error) => {
      throw new Error(`${url}: broke off: ${error.message}`);
    });
    const seen = hash.digest("hex");
    if (sha256 !== null && seen !== sha256)
      throw new Error(`${url}: its SHA-256 is ${seen}, expected ${sha256}: not used`);
    await chmod(partial, mode);
    await rename(partial, target);
    return seen;
  } finally {
    await rm(partial, { force: true });
  }
}
