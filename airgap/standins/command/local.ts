import { spawn } from "node:child_process";
import type { Result } from "../../../ssh/client";

export interface LocalOptions { readonly interpreter: readonly string[]; readonly dir?: string; readonly env: Record<string, string>; readonly stdin?: string; readonly signal: AbortSignal }

/** Runs a command on this machine through an interpreter (`/bin/sh -c` unless set). */
export function runLocal(command: string, options: LocalOptions): Promise<Result> {
  const [file, ...args] = options.interpreter.length > 0 ? options.interpreter : ["/bin/sh", "-c"];
  return new Promise((resolve, reject) => {
    const child = spawn(file!, [...args, command], { cwd: options.dir, env: { ...process.env, ...options.env }, signal: options.signal, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "", stderr = "";
    child.stdout.on("data", (d: Buffer) => { stdout += d.toString(); });
    child.stderr.on("data", (d: Buffer) => { stderr += d.toString(); });
    child.on("error", (e) => reject(e.name === "AbortError" ? new Error("interrupted") : e));
    child.on("close", (code, signal) => resolve({ code, stdout, stderr, ...(signal === null ? {} : { signal }) }));
    child.stdin.on("error", () => undefined).end(options.stdin ?? "");
  });
}
