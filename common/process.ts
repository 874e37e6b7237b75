import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { ExecaReturnValue } from "execa";
import { lazy } from "./lazy";

/** Programs are run by few commands: those that run none don't wait for this to be loaded. */
const runner = lazy<typeof import("execa")>(require, "execa");

export interface Captured {
  /** Exit status as a shell shows it: 128 and the signal's number for a program that a signal ended. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** The program's whole environment: nothing of ours is added. */
  readonly env: NodeJS.ProcessEnv;
}

/** What every run here has in common: the environment given and no other, all output kept as it is, and an exit status that isn't 0 is no error. */
const COMMON = {
  extendEnv: false,
  reject: false,
  stripFinalNewline: false,
  maxBuffer: Infinity,
  // A program on this terminal gets the terminal's signals itself. One that would outlive us is not ended behind its back.
  cleanup: false,
} as const;

/** @throws the error of a program that could not be started, with the system's `code` */
function statusOf(result: ExecaReturnValue): number {
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.signal === undefined) throw result as unknown as Error;
  return 128 + (constants.signals[result.signal as NodeJS.Signals] ?? 0);
}

/** Runs a program and keeps its output. @throws Error when it can't be started */
export async function capture(file: string, args: readonly string[], { cwd, env }: ProgramOptions): Promise<Captured> {
  const result = await runner()(file, args, { ...COMMON, cwd, env, stdin: "ignore" });
  return { code: statusOf(result), stdout: result.stdout, stderr: result.stderr };
}

/**
 * Runs a program on this terminal and returns its exit status. Ctrl-C reaches it directly, since it is in the same process group: here it is only
 * kept from ending us first, so that we can tell how the program ended. SIGTERM comes to us alone and is passed on.
 *
 * @param options.stdout where its output goes, if not where ours does
 * @param options.leaveOut lines that nobody reads in a log; on a terminal the program draws its own display, and all is left as it is
 * @throws Error when it can't be started
 */
export async function attached(
  file: string,
  args: readonly string[],
  { cwd, env, stdout, leaveOut }: ProgramOptions & { stdout?: NodeJS.WriteStream; leaveOut?: RegExp },
): Promise<number> {
  const ignore = (): void => undefined;
  const filter = process.stdout.isTTY ? undefined : leaveOut;
  const child = runner()(file, args, {
    ...COMMON,
    cwd,
    env,
    buffer: false,
    stdio: ["inherit", filter === undefined ? (stdout ?? "inherit") : "pipe", "inherit"],
  });
  const read =
    filter === undefined || child.stdout === null
      ? undefined
      : eachLine(child.stdout, (line) => {
          if (!filter.test(line)) (stdout ?? process.stdout).write(`${line}\n`);
        });
  const pass = (): void => {
    child.kill("SIGINT");
  };
  process.on("SIGINT", ignore).on("SIGTERM", pass);
  try {
    const status = statusOf(await child);
    await read;
    return status;
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", pass);
  }
}

/** Calls back with each line of a stream, the last one too where no newline ends it; resolves at the stream's end. */
async function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line);
}
