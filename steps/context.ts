import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { finished } from "node:stream/promises";
import execa from "execa";
import type { Step, StepContext } from "./step";

/** fabriclab's cache, outside any repository. */
export function cacheDir(): string {
  return (
    process.env.FABRICLAB_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "fabriclab")
  );
}

/** What went wrong in a step, with where to read more. */
export class StepError extends Error {
  constructor(
    readonly step: Step,
    cause: string,
    readonly log: string,
  ) {
    super(`${step.title}: ${cause}\n  log: ${log}\n  what is finished is kept: run it again to go on from here`);
  }
}

export type Detail = (line: string) => void;

/** The end of a program's output, as an error shows it. */
const lastLines = (output: string): string =>
  output
    .trim()
    .split("\n")
    .slice(-12)
    .map((line) => `    ${line}`)
    .join("\n");

/** Context of one step: its log file and its programs, ended with `signal`. */
export class Context implements StepContext {
  readonly logFile: string;
  private stream: WriteStream | undefined;

  constructor(
    readonly root: string,
    readonly cache: string,
    readonly keyOf: (id: string) => string,
    id: string,
    private readonly detail: Detail,
    readonly signal: AbortSignal,
  ) {
    this.logFile = path.join(cache, "logs", `${id}.log`);
  }

  private write(text: string | Buffer): void {
    if (this.stream === undefined) {
      mkdirSync(path.dirname(this.logFile), { recursive: true });
      this.stream = createWriteStream(this.logFile);
      // Without a log (the disk is full) the step goes on; what it makes itself fails with the reason.
      this.stream.on("error", () => undefined);
    }
    this.stream.write(text);
  }

  log(line: string): void {
    this.write(`${line.trimEnd()}\n`);
    this.detail(line.trim().split("\n").at(-1)!);
  }

  async exec(
    file: string,
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
  ): Promise<string> {
    this.write(`$ ${file} ${args.join(" ")}\n`);
    if (this.signal.aborted) throw new Error("interrupted");
    const child = execa(file, args, {
      cwd: options.cwd ?? this.root,
      env: options.env,
      ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
      all: true,
      reject: false,
      stripFinalNewline: false,
    });
    const end = (): void => child.cancel();
    this.signal.addEventListener("abort", end, { once: true });
    // Bytes as they come: a character may be cut in two between them.
    child.all?.on("data", (bytes: Buffer) => this.write(bytes));
    const result = await child;
    this.signal.removeEventListener("abort", end);
    if (result.isCanceled) throw new Error("interrupted");
    if (!result.failed) return result.stdout;
    const { originalMessage, exitCode, signal } = result as typeof result & { originalMessage?: string };
    if (exitCode === undefined && signal === undefined) throw new Error(`${file}: ${originalMessage ?? "not started"}`);
    throw new Error(`${file} ended with ${signal ?? `exit status ${exitCode}`}\n${lastLines(result.all ?? "")}`);
  }

  /** Resolves when the log is in its file: whoever is told of a failure can read it. */
  async close(): Promise<void> {
    if (this.stream === undefined) return;
    this.stream.end();
    await finished(this.stream).catch(() => undefined);
  }
}
