/** What the real-lab tests share: the CLI as a user calls it, and an inventory of everything a lab could leave behind. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import Docker from "dockerode";
import { parse, stringify } from "yaml";

export const root = path.join(__dirname, "..", "..", "..");
const cliFile = path.join(root, "dist", "cli", "main.js");

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
    env: { ...process.env, NO_COLOR: "1" },
  });
  const ran = { code: r.status, stdout: r.stdout, stderr: r.stderr, seconds: (Date.now() - begun) / 1000 };
  if (options.expect !== undefined && ran.code !== options.expect)
    throw new Error(
      `fabriclab ${args.join(" ")}: exit ${ran.code}, expected ${options.expect}\n${ran.stdout.slice(-6000)}\n${ran.stderr.slice(-6000)}`,
    );
  return ran;
}

/** Starts `fabriclab` and interrupts it, as Ctrl-C does, or kills it, a while after its output shows `when`. */
export async function interrupt(
  args: string[],
  when: RegExp,
  { signal = "SIGINT", afterMs = 0 }: { signal?: NodeJS.Signals; afterMs?: number } = {},
): Promise<Ran> {
  const begun = Date.now();
  const child = spawn(process.execPath, [cliFile, ...args], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let stdout = "";
  let stderr = "";
  let sent = false;
  const look = (): void => {
    if (!sent && when.test(stdout + stderr)) {
      sent = true;
      setTimeout(() => process.kill(-child.pid!, signal), afterMs);
    }
  };
  child.stdout.on("data", (d: Buffer) => {
    stdout += d.toString();
    look();
  });
  child.stderr.on("data", (d: Buffer) => {
    stderr += d.toString();
    look();
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (!sent)
    throw new Error(
      `the output never showed ${when}: nothing was interrupted\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`,
    );
  return { code, stdout, stderr, seconds: (Date.now() - begun) / 1000 };
}

export interface SpecFile {
  config: { "fabriclab:lab": Record<string, unknown> };
}

/** A stack of the test's own: a copy of a committed stack file under another name and management subnet, so that a running lab is not disturbed. */
export class TestStack {
  readonly file: string;
  constructor(
    readonly name: string,
    from: string,
    subnet: string,
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

export const docker = new Docker();

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

/** Everything on this machine that a lab could leave: sorted lines, so that two inventories compare as text. */
export async function inventory(): Promise<string[]> {
  const containers = (await docker.listContainers({ all: true })).map((c) => `container ${c.Names[0]}`);
  const networks = (await docker.listNetworks()).map((n) => `network ${n.Name}`);
  const volumes = ((await docker.listVolumes()).Volumes ?? []).map((v) => `volume ${v.Name}`);
  const links = readdirSync("/sys/class/net").map((name) => `interface ${name}`);
  const state = path.join(root, ".fabriclab");
  // What a checkout keeps for all its labs is no lab's: the passphrase, set-up's result, compiled code, the backend's own records.
  const kept = /^(passphrase$|setup\.json|provider|compile-cache|test-|state\/\.pulumi\/meta\.yaml)/;
  const files = existsSync(state)
    ? readdirSync(state, { recursive: true, encoding: "utf8" })
        .filter((f) => !kept.test(f) && statSync(path.join(state, f)).isFile())
        .map((f) => `file .fabriclab/${f}`)
    : [];
  const processes = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .stdout.split("\n")
    .filter(
      (a) =>
        !a.includes("<defunct>") &&
        /pulumi-(resource|language)|dist\/provider\/main|docker-proxy|containerd-shim/.test(a),
    )
    .map((a) => `process ${a.slice(0, 120)}`);
  return [...containers, ...networks, ...volumes, ...links, ...files, ...processes].sort();
}
