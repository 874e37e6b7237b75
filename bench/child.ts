import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import * as path from "node:path";

/** What a bench leaves to nobody: folders, and the processes that write into them. */
const folders = new Set<string>();
const children = new Set<ChildProcess>();

/** Ended by a signal, a bench ends what it started and removes its folders first. Children lead groups of their own: theirs end with them. */
export function cleanUpOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      for (const { pid } of children)
        if (pid !== undefined)
          try {
            process.kill(-pid, "SIGKILL");
          } catch {
            /* it ended by itself */
          }
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/** Runs something in a folder of its own below the system's for temporary files. */
export async function inScratch<T>(prefix: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  folders.add(folder);
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
  }
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; signals are heard meanwhile, which they are not by `spawnSync`. */
export function runChild(file: string, args: readonly string[], cwd?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    children.add(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => out.push(data));
    child.stderr.on("data", (data: Buffer) => err.push(data));
    child.on("error", reject);
    child.on("close", (status) => {
      children.delete(child);
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}
