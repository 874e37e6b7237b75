import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { backendDir } from "./environment";
import { PROJECT } from "../common/root";

const HALF_WRITTEN_MS = 60_000;

/** Pulumi's local backend in a checkout: one JSON file a stack, with the file it had before as `.bak`, and locks. */
const place = (root: string, ...parts: string[]): string => path.join(backendDir(root), ".pulumi", ...parts);

/** File of a stack's state. */
export const stateFile = (root: string, stack: string): string => place(root, "stacks", PROJECT, `${stack}.json`);

/** "whole", or not there at all; "restored" from the copy before the last change; or why it can't be read. */
export type StateHealth = "whole" | "restored" | { readonly damage: string };

/**
 * Looks whether a stack's state can be read, which it can't after a disk was full, and takes the copy from before the last change if that can. What the copy
 * doesn't know of is found again by `up --refresh`.
 */
export function mendState(root: string, stack: string): StateHealth {
  const file = stateFile(root, stack);
  const damage = damageOf(file);
  if (damage === null) return "whole";
  if (!existsSync(`${file}.bak`) || damageOf(`${file}.bak`) !== null)
    return { damage: `${path.relative(root, file)}: ${damage}` };
  for (const end of ["", ".attrs"])
    if (existsSync(`${file}.bak${end}`)) copyFileSync(`${file}.bak${end}`, `${file}${end}`);
  return "restored";
}

function damageOf(file: string): string | null {
  if (!existsSync(file)) return null;
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Removes all the backend has of a stack. */
export function forgetState(root: string, stack: string): void {
  for (const kept of ["history", "backups", "locks/organization"])
    rmSync(place(root, kept, PROJECT, stack), { recursive: true, force: true });
  const file = stateFile(root, stack);
  for (const end of ["", ".attrs", ".bak", ".bak.attrs"]) rmSync(`${file}${end}`, { force: true });
  // The backend writes each file under another name first, which an engine that is killed leaves behind.
  const [folder, name] = [path.dirname(file), path.basename(file)];
  const halfWritten = (existsSync(folder) ? readdirSync(folder) : []).filter(
    (each) => each.startsWith(`${name}.`) && each.endsWith(".tmp"),
  );
  for (const each of halfWritten) rmSync(path.join(folder, each), { force: true });
}

/**
 * Removes locks of the local backend whose process is gone: one that was killed can't release its own, and every later run would be refused.
 * Locks of other hosts are left alone.
 */
export function releaseDeadLocks(root: string, stack: string, host: string = hostname()): string[] {
  const dir = place(root, "locks", "organization", PROJECT, stack);
  const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith(".json")) : [];
  return files.filter((file) => {
    try {
      const lock = JSON.parse(readFileSync(path.join(dir, file), "utf8")) as { pid?: number; hostname?: string };
      if (lock.hostname !== host || lock.pid === undefined || isAlive(lock.pid)) return false;
      for (const each of [file, `${file}.attrs`]) rmSync(path.join(dir, each), { force: true });
      return true;
    } catch {
      // It can't be read as JSON: its writer is at work on it, or was ended in the midst.
      return discardHalfWritten(path.join(dir, file));
    }
  });
}

/** A lock that can't be read is being written, or was when the disk was full. */
function discardHalfWritten(file: string): boolean {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - written < HALF_WRITTEN_MS) return false;
  for (const each of [file, `${file}.attrs`]) rmSync(each, { force: true });
  return true;
}

/** Whether a process of this host runs. One that was killed and that nobody has asked about yet (a zombie) is gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    // Its entry is gone since the signal was taken: the process ended just now.
    return false;
  }
}
