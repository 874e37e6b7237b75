/** What the real-lab tests share: the CLI as a user calls it, stacks of their own, and the proof that `down` leaves nothing. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { belongings, docker, KINDS, marksOf, RUN_MARK, type Marks } from "./footprint";

export { docker, marksOf } from "./footprint";

export const root = path.join(__dirname, "..", "..", "..");
const cliFile = path.join(root, "dist", "cli", "main.js");

/** How often the output of a command that is to be interrupted is looked at. */
const LOOK_MS = 100;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** Runs `fabriclab` as a user does; its output also goes to the test's log when it fails. */
export function cli(args: string[], options: { expect?: number } = {}): Ran {
  const begun = Date.now();
  const r = spawnSync(process.execPath, [cliFile, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { ...process.env, ...RUN_MARK, NO_COLOR: "1" },
  });
  const ran = { code: r.status, stdout: r.stdout, stderr: r.stderr, seconds: (Date.now() - begun) / 1000 };
  if (options.expect !== undefined && ran.code !== options.expect)
    throw new Error(
      [
        `fabriclab ${args.join(" ")}: exit ${ran.code}, expected ${options.expect}`,
        // What went wrong stands first: the rest may be cut off by whoever shows it.
        ...ran.stdout
          .split("\n")
          .filter((line) => /\berror\b/i.test(line))
          .slice(0, 20),
        ran.stdout.slice(-6000),
        ran.stderr.slice(-6000),
      ].join("\n"),
    );
  return ran;
}

/** Starts `fabriclab` and interrupts it, as Ctrl-C does, or kills it, a while after its output shows `when`, or after `when` is true of the lab. */
export async function interrupt(
  args: string[],
  when: RegExp | (() => boolean),
  { signal = "SIGINT", afterMs = 0 }: { signal?: NodeJS.Signals; afterMs?: number } = {},
): Promise<Ran> {
  const begun = Date.now();
  const child = spawn(process.execPath, [cliFile, ...args], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...RUN_MARK, NO_COLOR: "1" },
  });
  let stdout = "";
  let stderr = "";
  let sent = false;
  const look = (): void => {
    if (sent || !(when instanceof RegExp ? when.test(stdout + stderr) : when())) return;
    sent = true;
    setTimeout(() => process.kill(-child.pid!, signal), afterMs);
  };
  child.stdout.on("data", (d: Buffer) => {
    stdout += d.toString();
  });
  child.stderr.on("data", (d: Buffer) => {
    stderr += d.toString();
  });
  const looking = setInterval(look, LOOK_MS);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(looking);
  if (!sent)
    throw new Error(
      `${when instanceof RegExp ? `the output never showed ${when}` : "the lab never came to the state that was waited for"}: nothing was interrupted\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`,
    );
  return { code, stdout, stderr, seconds: (Date.now() - begun) / 1000 };
}

export interface SpecFile {
  config: { "fabriclab:lab": Record<string, unknown> };
}

/** A stack of the test's own: a copy of a committed stack file under another name and management subnet, so that a running lab is not disturbed. */
export class TestStack {
  readonly file: string;
  readonly root = root;
  constructor(
    readonly name: string,
    from: string,
    readonly subnet: string,
  ) {
    const source = path.join(root, `Pulumi.${from}.yaml`);
    const spec = parse(readFileSync(source, "utf8")) as SpecFile;
    const lab = spec.config["fabriclab:lab"];
    lab.name = name;
    lab.management = { subnet };
    mkdirSync(path.join(root, ".fabriclab"), { recursive: true });
    this.file = path.join(root, ".fabriclab", `test-${name}.yaml`);
    writeFileSync(this.file, stringify(spec));
  }

  /** Changes the lab's spec; the next `up` sees it. */
  edit(change: (lab: Record<string, unknown>) => void): void {
    const spec = parse(readFileSync(this.file, "utf8")) as SpecFile;
    change(spec.config["fabriclab:lab"]);
    writeFileSync(this.file, stringify(spec));
  }

  args(command: string, ...rest: string[]): string[] {
    return [command, "--stack", this.name, "--config", this.file, ...rest];
  }
  remove(): void {
    rmSync(this.file, { force: true });
  }
}

/** What a shell command prints on a machine, asked of the engine: quicker than `fabriclab exec`, where the CLI is not what is tested. */
export function machineShell(stack: string, machine: string, script: string): string {
  return spawnSync("docker", ["exec", `fabriclab-${stack}-${machine}`, "sh", "-c", script], { encoding: "utf8" })
    .stdout;
}

/** What a user reads who types a command on a machine. */
export const typedOn = (stack: TestStack, machine: string, command: string): string =>
  cli(["ssh", "--stack", stack.name, machine, "--", ...command.split(" ")], { expect: 0 }).stdout;

/** Waits until something is true. @throws Error where it is not within the seconds */
export async function until(what: () => boolean, seconds = 15): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!what()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${String(what)}`);
    await sleep(LOOK_MS);
  }
}

/** Container id and start time of every machine of a stack: equal before and after means that no machine was touched. */
export async function identities(stack: string): Promise<Record<string, string>> {
  const found = await docker.listContainers({ all: true, filters: { label: [`fabriclab.owner=fabriclab/${stack}`] } });
  const pairs = await Promise.all(
    found.map(async (c) => {
      const info = await docker.getContainer(c.Id).inspect();
      return [info.Name.slice(1), `${info.Id.slice(0, 12)} ${info.State.StartedAt}`] as const;
    }),
  );
  return Object.fromEntries(pairs.sort());
}

/** Traces of the lab that is now destroyed, or was interrupted: waits a little for processes that are on their way out. */
export async function traces(stack: TestStack, marks: Marks): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const left = await belongings(stack, marks);
    if (left.length === 0 || tries === 20) return left;
    await sleep(250);
  }
}

/**
 * `down`, after which nothing of the lab is left. What it had while it ran is looked at first: a look that sees no traces of a running lab would prove
 * nothing of one that is gone.
 *
 * @param kinds of things that this lab has: without nodes there is no machine whose folder is in the volume
 */
export async function downLeavesNothing(
  stack: TestStack,
  kinds: readonly (typeof KINDS)[number][] = KINDS,
): Promise<void> {
  const marks = await marksOf(stack);
  const there = await belongings(stack, marks);
  expect(kinds.filter((kind) => !there.some((line) => line.startsWith(`${kind} `)))).toEqual([]);
  cli(stack.args("down"), { expect: 0 });
  expect(await traces(stack, marks)).toEqual([]);
  stack.remove();
}
