import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { pulumiEnvironment, readSetup, stateDir } from "../airgap/environment";
import { ExitCode, Failure } from "./errors";
import { attached, capture, type Captured } from "./process";
import { PROJECT } from "./root";
import { adoptPulumiKeys, prepareStackFile, workingFile } from "./stack-file";

/** The Pulumi CLI on one stack of a checkout. */
export class Pulumi {
  readonly env: NodeJS.ProcessEnv;

  /** @throws Failure where set-up has not run */
  constructor(readonly root: string, readonly stack: string) {
    let setup: ReturnType<typeof readSetup>;
    try { setup = readSetup(root); } catch (error) { throw new Failure((error as Error).message); }
    this.env = { ...process.env, ...pulumiEnvironment(root, setup) };
  }

  capture(args: readonly string[], cwd = this.root): Promise<Captured> {
    return capture("pulumi", [...args, "--non-interactive"], { cwd, env: this.env });
  }

  /** Runs a command that works on the stack's resources, its output on this terminal. @throws ExitCode when it fails. */
  async run(command: string, configFile: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const code = await attached("pulumi", [command, "--stack", this.stack, "--config-file", configFile, ...args], { cwd: this.root, env: { ...this.env, ...env } });
    if (code !== 0) throw new ExitCode(code);
  }

  async exists(): Promise<boolean> {
    const listed = await this.capture(["stack", "ls", "--json"]);
    if (listed.code !== 0) throw new Failure(`pulumi stack ls: ${listed.stderr.trim()}`);
    return (JSON.parse(listed.stdout) as { name: string }[]).some((each) => each.name === this.stack || each.name.endsWith(`/${this.stack}`));
  }

  /** Working copy of the config file, with the stack made if it was not there. */
  async ready(given?: string): Promise<{ configFile: string; existed: boolean }> {
    const configFile = prepareStackFile(this.root, this.stack, given);
    releaseDeadLocks(this.root, this.stack);
    const existed = await this.exists();
    if (!existed) await this.init();
    return { configFile, existed };
  }

  /** Makes the stack from a folder of its own: `stack init` writes into the config file beside Pulumi.yaml, which in the checkout is committed. */
  private async init(): Promise<void> {
    const dir = mkdtempSync(path.join(stateDir(this.root), "init-"));
    try {
      writeFileSync(path.join(dir, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
      const made = await this.capture(["stack", "init", this.stack, "--no-select"], dir);
      if (made.code !== 0) throw new Failure(`Pulumi could not make stack ${this.stack}: ${made.stderr.trim()}`);
      const written = path.join(dir, `Pulumi.${this.stack}.yaml`);
      if (existsSync(written)) adoptPulumiKeys(this.root, this.stack, readFileSync(written, "utf8"));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }

  /** Removes the stack from the backend, and with the local backend its history too. */
  async remove(force: boolean): Promise<void> {
    const removed = await this.capture(["stack", "rm", this.stack, "--yes", "--preserve-config", "--remove-backups", ...(force ? ["--force"] : [])]);
    if (removed.code !== 0 && !/no stack named/.test(removed.stderr)) throw new Failure(`pulumi stack rm ${this.stack}: ${removed.stderr.trim()}`);
    this.forget();
  }

  /** Removes what a stack that is gone left in the checkout. */
  forget(): void {
    rmSync(workingFile(this.root, this.stack), { force: true });
    const local = path.join(stateDir(this.root), "state", ".pulumi");
    for (const place of ["history", "backups", "locks/organization"]) rmSync(path.join(local, place, PROJECT, this.stack), { recursive: true, force: true });
    for (const end of ["", ".attrs", ".bak", ".bak.attrs"]) rmSync(path.join(local, "stacks", PROJECT, `${this.stack}.json${end}`), { force: true });
  }
}

/**
 * Removes locks of the local backend whose process is gone: one that was killed can't release its own, and every later run would be refused.
 * Locks of other hosts are left alone.
 */
export function releaseDeadLocks(root: string, stack: string, host: string = hostname()): string[] {
  const dir = path.join(stateDir(root), "state", ".pulumi", "locks", "organization", PROJECT, stack);
  const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith(".json")) : [];
  return files.filter((file) => {
    try {
      const lock = JSON.parse(readFileSync(path.join(dir, file), "utf8")) as { pid?: number; hostname?: string };
      if (lock.hostname !== host || lock.pid === undefined || isAlive(lock.pid)) return false;
      for (const each of [file, `${file}.attrs`]) if (existsSync(path.join(dir, each))) unlinkSync(path.join(dir, each));
      return true;
    } catch { return false; } // half-written: its writer is at work
  });
}

function isAlive(pid: number): boolean {
  try { process.kill(pid, 0); return true; } catch (error) { return (error as NodeJS.ErrnoException).code === "EPERM"; }
}
