import { createHash } from "node:crypto";
import { createServer, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { PLATFORMS } from "../../../platforms";

const { host: HOST } = PLATFORMS.docker.reach;

/** Loopback ports that machines get. */
export const PORTS = { first: 20_000, last: 31_999 } as const;
const COUNT = PORTS.last - PORTS.first + 1;
const taken = new Set<number>();

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once("error", () => resolve(false))
      .once("listening", () => server.close(() => resolve(true)));
    server.listen(port, HOST);
  });

/**
 * A free loopback port, below the kernel's ephemeral range so that no client socket takes it while the machine is stopped; always the same one for a
 * key where it is free.
 */
export async function choosePort(key: string): Promise<number> {
  const start = createHash("sha256").update(key).digest().readUInt32BE(0);
  for (let i = 0; i < COUNT; i++) {
    const port = PORTS.first + ((start + i) % COUNT);
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
    taken.delete(port);
  }
  throw new Error(`no free loopback port from ${PORTS.first} to ${PORTS.last}`);
}

const banner = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST);
    const end = (ok: boolean) => (): void => {
      socket.destroy();
      resolve(ok);
    };
    socket
      .setTimeout(1000, end(false))
      .once("error", end(false))
      .once("close", end(false))
      .once("data", (d: Buffer) => end(d.toString().startsWith("SSH-"))());
  });

const PAUSE_MS = 60;
const LIVENESS_EVERY = 16;

/**
 * Waits until an SSH server speaks on a loopback port.
 *
 * @param alive whether its machine still runs; looked at about once a second.
 * @returns null, or why it does not answer.
 */
export async function sshAnswers(
  port: number,
  alive: () => Promise<boolean>,
  signal: AbortSignal,
  timeoutMs = 60_000,
): Promise<string | null> {
  const end = Date.now() + timeoutMs;
  for (let tries = 1; Date.now() < end; tries++) {
    if (signal.aborted) return "the wait was interrupted";
    if (await banner(port)) return null;
    if (tries % LIVENESS_EVERY === 0 && !(await alive())) return "the machine stopped by itself";
    await sleep(PAUSE_MS);
  }
  return `nothing in ${timeoutMs / 1000} s`;
}
