import { createHash } from "node:crypto";
import { Connection, type SshEndpoint } from "./client";

/** Commands at a time over one connection: sshd allows 10 (MaxSessions). */
const SESSIONS = 8;
const IDLE_MS = 3000;

interface Entry {
  readonly connection: Promise<Connection>;
  users: number;
  timer?: NodeJS.Timeout;
}
const open = new Map<string, Set<Entry>>();

const keyOf = (e: SshEndpoint): string =>
  createHash("sha256")
    .update(JSON.stringify(e, Object.keys(e).sort()))
    .digest("hex");
const forget = (key: string, entry: Entry): void => {
  const entries = open.get(key);
  entries?.delete(entry);
  if (entries?.size === 0) open.delete(key);
};

function take(key: string, to: SshEndpoint, signal: AbortSignal, fresh: boolean): Entry {
  const entries = open.get(key) ?? new Set<Entry>();
  open.set(key, entries);
  let entry = fresh ? undefined : [...entries].find((e) => e.users < SESSIONS);
  if (entry === undefined) {
    const made: Entry = (entry = { connection: Connection.open(to, signal), users: 0 });
    entries.add(made);
    made.connection.then(
      (c) => c.client.on("close", () => forget(key, made)),
      () => forget(key, made),
    );
  }
  clearTimeout(entry.timer);
  entry.users++;
  return entry;
}

function release(key: string, entry: Entry): void {
  if (--entry.users > 0) return;
  entry.timer = setTimeout(() => {
    forget(key, entry);
    void entry.connection.then(
      (c) => c.close(),
      () => undefined,
    );
  }, IDLE_MS);
  entry.timer.unref();
}

/** Errors by which nothing was run yet: the connection had ended unnoticed, or the server has no session left on it. */
const notBegun = (error: unknown): boolean => /Not connected|Channel open failure/i.test((error as Error).message);

/** Runs `work` on a connection to `to`, which commands that follow within seconds share. */
export async function withConnection<T>(
  to: SshEndpoint,
  signal: AbortSignal,
  work: (c: Connection) => Promise<T>,
): Promise<T> {
  const key = keyOf(to);
  for (const fresh of [false, true]) {
    const entry = take(key, to, signal, fresh);
    try {
      return await work(await entry.connection);
    } catch (error) {
      if (fresh || !notBegun(error)) throw error;
      forget(key, entry);
    } finally {
      release(key, entry);
    }
  }
  throw new Error("unreachable");
}
