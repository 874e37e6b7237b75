import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { backendDir, pulumiEnvironment, readSetup } from "./environment";
import { stateDir } from "./setup-file";
import { ExitCode, Failure } from "../common/errors";
import { forgetState, mendState, releaseDeadLocks, stateFile } from "./local-state";
import { endOrphanedPlugins } from "./orphans";
import { note } from "../common/output";
import { attached, capture, type Captured } from "../common/process";
import { PROJECT } from "../common/root";
import { adoptPulumiKeys, prepareStackFile, workingFile } from "./stack-file";

/** Two lines a resource that a refresh looks at and finds as it was. */
const REFRESHED = /^ ~ .* refresh(ing)? \([\d.hms]+\)\s*$/;

/** The Pulumi CLI on one stack of a checkout. */
export class Pulumi {
  readonly env: NodeJS.ProcessEnv;

  /** @throws Failure where set-up has not run */
  constructor(
    readonly root: string,
    readonly stack: string,
  ) {
    let setup: ReturnType<typeof readSetup>;
    try {
      setup = readSetup(root);
    } catch (error) {
      throw new Failure((error as Error).message);
    }
    this.env = { ...process.env, ...pulumiEnvironment(root, setup) };
  }

  capture(args: readonly string[], cwd = this.root): Promise<Captured> {
    return capture("pulumi", [...args, "--non-interactive"], { cwd, env: this.env });
  }

  /** Runs a command that works on the stack's resources, its output on this terminal. @throws ExitCode when it fails. */
  async run(command: string, configFile: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const code = await attached("pulumi", [command, "--stack", this.stack, "--config-file", configFile, ...args], {
      cwd: this.root,
      env: { ...this.env, ...env },
      leaveOut: REFRESHED,
    });
    if (code !== 0) throw new ExitCode(code);
  }

  /** Whether stacks are in the checkout, and not in a backend of the user's own. */
  private get local(): boolean {
    return this.env.PULUMI_BACKEND_URL === `file://${backendDir(this.root)}`;
  }

  async exists(): Promise<boolean> {
    if (this.local) return ["", ".gz"].some((end) => existsSync(`${stateFile(this.root, this.stack)}${end}`)); // .gz: PULUMI_SELF_MANAGED_STATE_GZIP
    const listed = await this.capture(["stack", "ls", "--json"]);
    if (listed.code !== 0) throw new Failure(`pulumi stack ls: ${listed.stderr.trim()}`);
    return (JSON.parse(listed.stdout) as { name: string }[]).some(
      (each) => each.name === this.stack || each.name.endsWith(`/${this.stack}`),
    );
  }

  /** Working copy of the config file, with the stack made if it was not there. */
  async ready(given?: string): Promise<{ configFile: string; existed: boolean }> {
    const configFile = prepareStackFile(this.root, this.stack, given);
    await this.tidy();
    const damage = this.damage();
    if (damage !== null)
      throw new Failure(
        `the state of stack ${this.stack} can't be read: ${damage}`,
        `remove the lab by its label, and build it anew: fabriclab down --stack ${this.stack}, then up`,
      );
    const existed = await this.exists();
    if (!existed) await this.init();
    return { configFile, existed };
  }

  /** Ends and removes what an engine that was killed left behind: its lock of the stack, and its plugins. */
  async tidy(): Promise<void> {
    releaseDeadLocks(this.root, this.stack);
    const { PULUMI_HOME: home } = this.env;
    if (home !== undefined) await endOrphanedPlugins(home);
  }

  /** Why the stack's state can't be read; null where it can, with the copy from before the last change in its place if need be. */
  damage(): string | null {
    const health = this.local ? mendState(this.root, this.stack) : "whole";
    if (health === "restored")
      note(
        `the state of stack ${this.stack} could not be read: the copy from before the last change has taken its place`,
      );
    return typeof health === "string" ? null : health.damage;
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
    const removed = await this.capture([
      "stack",
      "rm",
      this.stack,
      "--yes",
      "--preserve-config",
      "--remove-backups",
      ...(force ? ["--force"] : []),
    ]);
    if (removed.code !== 0 && !/no stack named/.test(removed.stderr))
      throw new Failure(`pulumi stack rm ${this.stack}: ${removed.stderr.trim()}`);
    this.forget();
  }

  /** Removes what a stack that is gone left in the checkout. */
  forget(): void {
    rmSync(workingFile(this.root, this.stack), { force: true });
    forgetState(this.root, this.stack);
  }
}
