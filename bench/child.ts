import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";

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
            // It ended by itself since, and its group with it.
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

export interface ChildResult {
  /** Null for a program that a signal ended. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** The program's whole environment; ours unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end, as leader of a process group; signals are heard meanwhile. @throws Error when it can't be started */
export async function runChild(
  file: string,
  args: readonly string[],
  { cwd = process.cwd(), env = process.env }: ChildOptions = {},
): Promise<ChildResult> {
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: "ignore",
    reject: false,
    stripFinalNewline: false,
    maxBuffer: Infinity,
  });
  children.add(child);
  try {
    const result = await child;
    if (result.exitCode === undefined && result.signal === undefined) throw result as unknown as Error;
    return { status: result.exitCode ?? null, stdout: result.stdout, stderr: result.stderr };
  } finally {
    children.delete(child);
  }
}

/** As `runChild`. @returns what it printed @throws Error with the end of its output where its exit status isn't 0 */
export async function runWell(file: string, args: readonly string[], options: ChildOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runChild(file, args, options);
  if (status !== 0)
    throw new Error(`${file} ${args.join(" ")}: exit ${status}\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
  return stdout;
}
