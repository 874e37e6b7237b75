import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { SFTPWrapper } from "ssh2";
import type { CheckFailure, Operation, Resource } from "../../provider/protocol/serve";
import { hasSecret, plain, plainProperties, secret, type Properties, type Value } from "../../provider/protocol/values";
import type { Connection, SshEndpoint } from "../../ssh/client";
import { diffInputs } from "./command";
import { checkCommandInputs } from "./inputs";
import { withConnection } from "../../ssh/pool";

/** Asset or archive as the SDK sends it: a path or a text, beside its hash. */
interface Source {
  readonly path?: string;
  readonly text?: string;
}

function checkSource(source: Value | undefined): CheckFailure[] {
  if (typeof source !== "object" || source === null) return [];
  const { path: file, text } = source as Source;
  if (typeof text === "string" || typeof file === "string") return [];
  return [{ property: "source", reason: "source: must be a FileAsset, a StringAsset or a FileArchive" }];
}

type RemoteKind = "directory" | "file" | "missing";

/** The few SFTP calls that a copy takes. */
class Remote {
  private constructor(private readonly sftp: SFTPWrapper) {}

  static async open(connection: Connection): Promise<Remote> {
    return new Remote(
      await promisify<SFTPWrapper>((done: (error: Error | null, sftp: SFTPWrapper) => void) =>
        connection.client.sftp((error, sftp) => done(error ?? null, sftp)),
      )(),
    );
  }

  close(): void {
    this.sftp.end();
  }

  kind(at: string): Promise<RemoteKind> {
    return new Promise((resolve, reject) =>
      this.sftp.stat(at, (error, stats) => {
        if (error === undefined || error === null) resolve(stats.isDirectory() ? "directory" : "file");
        else if ((error as { code?: unknown }).code === 2 /* SSH_FX_NO_SUCH_FILE */) resolve("missing");
        else reject(new Error(`${at}: ${error.message}`));
      }),
    );
  }

  /** A directory and those above it. */
  async directory(at: string): Promise<void> {
    const found = await this.kind(at);
    if (found === "file") throw new Error(`remote path ${at} exists but is not a directory`);
    if (found === "directory") return;
    if (path.posix.dirname(at) !== at) await this.directory(path.posix.dirname(at));
    // Another copy may have made it meanwhile.
    await this.call(at, (done) => this.sftp.mkdir(at, done)).catch(async (error: unknown) => {
      if ((await this.kind(at)) !== "directory") throw error;
    });
  }

  write(at: string, text: string): Promise<void> {
    return this.call(at, (done) => this.sftp.writeFile(at, text, done));
  }
  send(file: string, at: string): Promise<void> {
    return this.call(at, (done) => this.sftp.fastPut(file, at, done));
  }

  private call(at: string, work: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) =>
      work((error) => {
        if (error) reject(new Error(`${at}: ${error.message}`));
        else resolve();
      }),
    );
  }
}

async function sendFolder(remote: Remote, from: string, to: string, signal: AbortSignal): Promise<void> {
  await remote.directory(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (signal.aborted) throw new Error("interrupted");
    const [here, there] = [path.join(from, entry.name), path.posix.join(to, entry.name)];
    if (statSync(here).isDirectory()) await sendFolder(remote, here, there, signal);
    else await remote.send(here, there);
  }
}

/**
 * Where things go, as with the official plugin:
 *
 * | source | remote path is a directory | is missing | is a file |
 * | --- | --- | --- | --- |
 * | `dir` | `remote/dir` | `remote/dir` | error |
 * | `dir/` | its files in `remote` | its files in `remote` | error |
 * | file | `remote/file` | `remote` | overwritten |
 * | text | error | `remote` | overwritten |
 */
async function send(remote: Remote, source: Source, target: string, signal: AbortSignal): Promise<void> {
  const found = await remote.kind(target);
  if (found === "missing") await remote.directory(path.posix.dirname(target));
  if (source.text !== undefined) {
    if (found === "directory")
      throw new Error(`remote path ${target} is a directory; a text asset needs the path of a file`);
    await remote.write(target, source.text);
  } else if (statSync(source.path!).isDirectory()) {
    if (found === "file") throw new Error(`remote path ${target} exists but is not a directory`);
    await sendFolder(
      remote,
      source.path!,
      source.path!.endsWith("/") ? target : path.posix.join(target, path.basename(source.path!)),
      signal,
    );
  } else {
    await remote.send(
      source.path!,
      found === "directory" ? path.posix.join(target, path.basename(source.path!)) : target,
    );
  }
}

async function copy(op: Operation, inputs: Properties): Promise<void> {
  const p = plainProperties(inputs);
  const source = p.source as Source;
  if (source.path !== undefined && !existsSync(source.path))
    throw new Error(`${source.path}: no such file or directory`);
  await withConnection(p.connection as unknown as SshEndpoint, op.signal, async (connection) => {
    const remote = await Remote.open(connection);
    try {
      await send(remote, source, p.remotePath as string, op.signal);
    } finally {
      remote.close();
    }
  });
}

/** Assets lose what identifies them when they are made secret one by one; the rest follows the rule of the other commands. */
const stateOf = (inputs: Properties): Properties =>
  hasSecret(inputs)
    ? Object.fromEntries(
        Object.entries(inputs).map(([k, v]) => [k, k === "source" && !hasSecret(v) ? v : secret(plain(v))]),
      )
    : inputs;

/** `command:remote:CopyToRemote`: deleting the resource leaves what it copied, as the official plugin does. */
export const copyResource: Resource = {
  check: (_, inputs) => ({
    inputs,
    failures: [...checkCommandInputs("copy", inputs), ...checkSource(plainProperties(inputs).source)],
  }),
  diff: (_, __, before, inputs, ignore) => diffInputs(before.inputs, inputs, ignore),
  create: async (op, inputs) => {
    if (!op.preview) await copy(op, inputs);
    return { id: op.preview ? "" : randomBytes(4).toString("hex"), state: stateOf(inputs) };
  },
  read: async (_, id, inputs, state) => ({ id, inputs, state }),
  update: async (op, _, before, inputs) => {
    const moved = [...diffInputs(before.inputs, inputs, []).changes.keys()].some((p) =>
      /^(source|remotePath)\b/.test(p),
    );
    if (!op.preview && moved) await copy(op, inputs);
    return stateOf(inputs);
  },
  delete: async () => undefined,
};
