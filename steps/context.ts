import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
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

  private write(text: string): void {
    if (this.stream === undefined) {
      mkdirSync(path.dirname(this.logFile), { recursive: true });
      this.stream = createWriteStream(this.logFile);
    }
    this.stream.write(text);
  }

  log(line: string): void {
    this.write(`${line.trimEnd()}\n`);
    this.detail(line.trim().split("\n").at(-1)!);
  }

  exec(
    file: string,
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string>; input?: string } = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      this.write(`$ ${file} ${args.join(" ")}\n`);
      const child = spawn(file, args, {
        cwd: options.cwd ?? this.root,
        env: { ...process.env, ...options.env },
        signal: this.signal,
        stdio: ["pipe", "pipe", "pipe"],
      });
      let out = "";
      let tail = "";
      const keep = (d: Buffer): void => {
        this.write(d.toString());
        tail = (tail + d.toString()).slice(-4000);
      };
      child.stdout.on("data", (d: Buffer) => {
        out += d.toString();
        keep(d);
      });
      child.stderr.on("data", keep);
      child.on("error", (e) =>
        reject(e.name === "AbortError" ? new Error("interrupted") : new Error(`${file}: ${e.message}`)),
      );
      child.on("close", (code, signal) =>
        code === 0
          ? resolve(out)
          : reject(
              new Error(
                `${file} ended with ${signal ?? `exit status ${code}`}\n${tail
                  .trim()
                  .split("\n")
                  .slice(-12)
                  .map((l) => `    ${l}`)
                  .join("\n")}`,
              ),
            ),
      );
      child.stdin.on("error", () => undefined).end(options.input ?? "");
    });
  }

  close(): void {
    this.stream?.end();
  }
}
