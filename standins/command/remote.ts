import { randomBytes } from "node:crypto";
import type { Connection, SshEndpoint, Result } from "../../ssh/client";
import type { Stream } from "./output";
import { withConnection } from "../../ssh/pool";

export interface RemoteOptions {
  readonly stdin?: string;
  /** Variables that the program asks for: one that the server refuses is an error. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables sent on the chance that the server takes them. */
  readonly hopefulEnv: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onOutput: (stream: Stream, data: Buffer) => void;
}

const taken = new WeakMap<Connection, Map<string, boolean>>();

/**
 * A server drops variables that its AcceptEnv does not name, and a client that does not ask for an answer (ssh2's does not) never hears of it. The
 * official plugin asks, and fails. So one command that shows its environment finds out, once for each name and connection.
 */
async function refused(
  connection: Connection,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = taken.get(connection) ?? new Map<string, boolean>();
  taken.set(connection, known);
  const open = names.filter((n) => !known.has(n));
  if (open.length > 0) {
    const mark = randomBytes(8).toString("hex");
    const { stdout } = await connection.exec("env", { env: Object.fromEntries(open.map((n) => [n, mark])), signal });
    const lines = new Set(stdout.split("\n"));
    for (const name of open) known.set(name, lines.has(`${name}=${mark}`));
  }
  return names.find((n) => known.get(n) === false);
}

/** Runs a command on the remote machine. @throws Error for a variable that the server does not accept, as the official plugin does. */
export function runRemote(to: SshEndpoint, command: string, options: RemoteOptions): Promise<Result> {
  return withConnection(to, options.signal, async (connection) => {
    const no = await refused(connection, Object.keys(options.env), options.signal);
    if (no !== undefined)
      throw new Error(
        `could not set environment variable "${no}": the SSH server accepts only variables that AcceptEnv in its configuration names. Or write it before the command: ${no}=value command`,
      );
    const env = { ...options.hopefulEnv, ...options.env };
    return connection.exec(command, {
      signal: options.signal,
      onOutput: options.onOutput,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(Object.keys(env).length === 0 ? {} : { env }),
    });
  });
}
