import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit status of a process as a shell shows it: 128 + number for one that a signal ended. */
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };
const statusOf = (code: number | null, signal: string | null): number => code ?? 128 + (SIGNALS[signal ?? ""] ?? 0);

/** Runs a program and keeps its output. @throws Error when it can't be started. */
export function capture(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Captured> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: statusOf(code, signal), stdout, stderr }));
  });
}

/**
 * Runs a program on this terminal and returns its exit status. Ctrl-C reaches it directly, since it is in the same process group: here it is only
 * kept from ending us first, so that we can tell how the program ended. SIGTERM comes to us alone and is passed on.
 *
 * @param options.stdout where its output goes, if not where ours does
 * @param options.leaveOut lines that nobody reads in a log; on a terminal the program draws its own display, and all is left as it is
 */
export async function attached(
  file: string,
  args: readonly string[],
  {
    stdout,
    leaveOut,
    ...options
  }: { cwd: string; env: NodeJS.ProcessEnv; stdout?: NodeJS.WriteStream; leaveOut?: RegExp },
): Promise<number> {
  const ignore = (): void => undefined;
  const filter = process.stdout.isTTY ? undefined : leaveOut;
  const child = spawn(file, args, {
    ...options,
    stdio: ["inherit", filter === undefined ? (stdout ?? "inherit") : "pipe", "inherit"],
  });
  if (filter !== undefined && child.stdout !== null)
    createInterface(child.stdout).on("line", (line) => {
      if (!filter.test(line)) (stdout ?? process.stdout).write(`${line}\n`);
    });
  const pass = (): void => {
    child.kill("SIGINT");
  };
  process.on("SIGINT", ignore).on("SIGTERM", pass);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(statusOf(code, signal)));
    });
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", pass);
  }
}
