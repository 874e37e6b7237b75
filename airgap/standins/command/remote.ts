import { createHash } from "node:crypto";
import { Connection, type Endpoint, type Result } from "../../../ssh/client";
import type { Properties } from "../../../provider/protocol/values";

const IDLE_MS = 3000;
const open = new Map<string, { connection: Promise<Connection>; users: number; timer?: NodeJS.Timeout }>();

const keyOf = (e: Endpoint): string => createHash("sha256").update(JSON.stringify(e, Object.keys(e).sort())).digest("hex");

/** Connection settings of a resource. @throws Error where a proxy is asked for: the official plugin's to do. */
export function endpoint(connection: Properties): Endpoint {
  if (connection.proxy !== undefined) throw new Error("connection.proxy: not provided by this stand-in; use the official `command` plugin");
  return connection as unknown as Endpoint;
}

/** Runs `work` on a connection to `to`, which commands that follow within seconds share. */
export async function withConnection<T>(to: Endpoint, signal: AbortSignal, work: (c: Connection) => Promise<T>): Promise<T> {
  const key = keyOf(to);
  let entry = open.get(key);
  if (entry === undefined) {
    const connection = Connection.open(to, signal);
    open.set(key, entry = { connection, users: 0 });
    const forget = (): void => { if (open.get(key)?.connection === connection) open.delete(key); };
    connection.then((c) => c.client.on("close", forget), forget);
  }
  clearTimeout(entry.timer);
  entry.users++;
  try { return await work(await entry.connection); }
  finally {
    if (--entry.users === 0) {
      const last = entry;
      last.timer = setTimeout(() => { open.delete(key); void last.connection.then((c) => c.close(), () => undefined); }, IDLE_MS);
      last.timer.unref();
    }
  }
}

/**
 * Runs a command on the remote machine. Like the official plugin it asks the server to set each variable (RFC 4254, 6.4): one that the server does not
 * accept (AcceptEnv of sshd_config) is an error.
 */
export async function runRemote(to: Endpoint, command: string, stdin: string | undefined, env: Record<string, string>, signal: AbortSignal): Promise<Result> {
  return withConnection(to, signal, (c) => c.exec(command, { signal, ...(stdin === undefined ? {} : { stdin }), ...(Object.keys(env).length === 0 ? {} : { env }) }));
}
