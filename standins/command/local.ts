import { spawn, type ChildProcess } from "node:child_process";
import type { Result } from "../../ssh/client";
import type { Stream } from "./output";

export interface LocalOptions {
  /** Program and arguments before the command: `/bin/sh -c` where empty. */
  readonly interpreter: readonly string[];
  readonly dir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal: AbortSignal;
  readonly onOutput: (stream: Stream, data: Buffer) => void;
}

/** Each in a process group of its own, so that what a shell started ends with it. */
const running = new Set<ChildProcess>();
const endGroup = (child: ChildProcess): void => {
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    /* gone already */
  }
};
process.on("exit", () => {
  for (const child of running) endGroup(child);
});

/** Runs a command on this machine. @throws Error where the interpreter can't be started, or on interrupt. */
export function runLocal(command: string, options: LocalOptions): Promise<Result> {
  const [file, ...args] = options.interpreter.length > 0 ? options.interpreter : ["/bin/sh", "-c"];
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(new Error("interrupted"));
      return;
    }
    const child = spawn(file!, [...args, command], {
      cwd: options.dir,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const interrupt = (): void => {
      endGroup(child);
      reject(new Error("interrupted"));
    };
    const done = (): void => {
      running.delete(child);
      options.signal.removeEventListener("abort", interrupt);
    };
    running.add(child);
    options.signal.addEventListener("abort", interrupt, { once: true });
    child.stdout.on("data", (d: Buffer) => {
      out.push(d);
      options.onOutput("stdout", d);
    });
    child.stderr.on("data", (d: Buffer) => {
      err.push(d);
      options.onOutput("stderr", d);
    });
    child.on("error", (e) => {
      done();
      reject(e);
    });
    child.on("close", (code, signal) => {
      done();
      resolve({
        code,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        ...(signal === null ? {} : { signal }),
      });
    });
    // A command that does not read its input closes the pipe: no error of ours.
    child.stdin.on("error", () => undefined).end(options.stdin ?? "");
  });
}
