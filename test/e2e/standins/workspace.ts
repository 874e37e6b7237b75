/**
 * A Pulumi project of a test's own: the CLI and the kubernetes plugin as set-up built them, language host and command stand-in bundled from the sources
 * as they are, in a temporary folder.
 */
import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { build, buildSync } from "esbuild";
import { VERSIONS } from "../../../lab-spec/versions";
import { built, root } from "./binaries";

export interface Step {
  op: string;
  urn: string;
  oldState?: State;
  newState?: State;
  detailedDiff?: Record<string, { kind: string }> | null;
}
export interface State {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

const PLUGINS = {
  "pulumi-language-nodejs": "langhost/main.ts",
  "command-v1.2.1": "standins/command/main.ts",
};

const KUBERNETES = "pulumi-resource-kubernetes";

/** A second name of a file: as good as a copy of hundreds of megabytes. */
function link(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    // Another file system.
    copyFileSync(from, to);
  }
}

async function bundle(source: string, file: string): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  await build({
    entryPoints: [path.join(root, source)],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["cpu-features", "*.node"],
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  chmodSync(file, 0o755);
}

export class Workspace {
  private constructor(
    readonly dir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async open(extra: Record<string, string> = {}): Promise<Workspace> {
    const dir = mkdtempSync(path.join(tmpdir(), "fabriclab-standins-"));
    const bin = path.join(dir, "bin");
    const program = path.join(dir, "program");
    const home = path.join(dir, "home");
    for (const d of [bin, program, path.join(dir, "state")]) mkdirSync(d);
    const cli = path.join(bin, "pulumi");
    const from = built("pulumi", "pulumi")!;
    // The CLI looks for language hosts beside its own file.
    link(from, cli);
    const kubernetes = built("pulumi-kubernetes", KUBERNETES);
    if (kubernetes !== null)
      link(kubernetes, path.join(home, "plugins", `resource-kubernetes-v${VERSIONS.pulumiKubernetes}`, KUBERNETES));
    await Promise.all(
      Object.entries(PLUGINS).map(([name, source]) =>
        bundle(
          source,
          name.startsWith("pulumi-")
            ? path.join(bin, name)
            : path.join(home, "plugins", `resource-${name}`, `pulumi-resource-${name.replace(/-v.*/, "")}`),
        ),
      ),
    );
    writeFileSync(
      path.join(program, "Pulumi.yaml"),
      "name: standins\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    );
    writeFileSync(
      path.join(program, "package.json"),
      JSON.stringify({ name: "standins", main: "index.js", dependencies: {} }),
    );
    symlinkSync(path.join(root, "node_modules"), path.join(program, "node_modules"));
    const workspace = new Workspace(dir, {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${dir}/state`,
      PULUMI_CONFIG_PASSPHRASE: "standins",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NO_COLOR: "1",
      ...extra,
    });
    workspace.program("");
    await workspace.pulumi(["stack", "init", "test"]);
    return workspace;
  }

  /** The program's text: JavaScript with `pulumi`, `command` and `k8s` at hand. */
  program(text: string): void {
    writeFileSync(
      path.join(this.dir, "program", "index.js"),
      `"use strict";
const pulumi = require("@pulumi/pulumi"), command = require("@pulumi/command");
let kubernetes; const k8s = new Proxy({}, { get: (_, name) => (kubernetes ??= require("@pulumi/kubernetes"))[name] });
${text}\n`,
    );
  }

  /** A module of ours as one file of plain JavaScript. */
  bundled(source: string): string {
    const file = path.join(this.dir, "bundled.js");
    buildSync({
      entryPoints: [path.join(root, source)],
      outfile: file,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
    });
    return file;
  }

  /** A provider that the project itself brings, as JavaScript. */
  plugin(name: string, text: string): void {
    const dir = path.join(this.dir, "program", name);
    mkdirSync(dir);
    writeFileSync(path.join(dir, "PulumiPlugin.yaml"), "runtime:\n  name: nodejs\n  options:\n    typescript: false\n");
    writeFileSync(path.join(dir, "package.json"), JSON.stringify({ name, main: "main.js" }));
    writeFileSync(path.join(dir, "main.js"), text);
    writeFileSync(
      path.join(this.dir, "program", "Pulumi.yaml"),
      `name: standins\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nplugins:\n  providers:\n    - name: ${name}\n      path: ./${name}\n`,
    );
  }

  start(args: string[]): ChildProcess {
    return spawn(path.join(this.dir, "bin", "pulumi"), [...args, "--non-interactive"], {
      cwd: path.join(this.dir, "program"),
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** @param expect exit status that is not an error; null for any */
  async pulumi(args: string[], expect: number | null = 0): Promise<Ran> {
    const child = this.start(args);
    let stdout = "";
    let stderr = "";
    child.stdout!.on("data", (d: Buffer) => {
      stdout += d.toString();
    });
    child.stderr!.on("data", (d: Buffer) => {
      stderr += d.toString();
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    if (expect !== null && code !== expect)
      throw new Error(`pulumi ${args.join(" ")}: exit status ${code}\n${stdout.slice(-6000)}\n${stderr.slice(-3000)}`);
    return { code, stdout, stderr };
  }

  up(): Promise<Ran> {
    return this.pulumi(["up", "--yes", "--skip-preview"]);
  }
  /** An update that must fail. */
  async fails(): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(["up", "--yes", "--skip-preview"], null);
    if (code === 0) throw new Error(`the update should have failed\n${stdout}`);
    return stdout + stderr;
  }

  /** Steps of a preview, by resource name; the stack itself left out. */
  async preview(): Promise<Record<string, Step>> {
    const { steps } = JSON.parse((await this.pulumi(["preview", "--json"])).stdout) as { steps: Step[] };
    return Object.fromEntries(
      steps.filter((s) => !/pulumi:(pulumi:Stack|providers:)/.test(s.urn)).map((s) => [s.urn.split("::").at(-1)!, s]),
    );
  }

  /** Resources of the stack by name, secrets in clear if asked for. */
  async state(showSecrets = false): Promise<Record<string, State>> {
    const { deployment } = JSON.parse(
      (await this.pulumi(["stack", "export", ...(showSecrets ? ["--show-secrets"] : [])])).stdout,
    ) as { deployment: { resources?: State[] } };
    return Object.fromEntries((deployment.resources ?? []).map((r) => [r.urn.split("::").at(-1)!, r]));
  }

  async rawState(): Promise<string> {
    return (await this.pulumi(["stack", "export"])).stdout;
  }
  file(name: string): string {
    return path.join(this.dir, name);
  }
  read(name: string): string {
    try {
      return readFileSync(this.file(name), "utf8");
    } catch {
      return "";
    }
  }

  async close(): Promise<void> {
    // An update that was killed leaves its lock.
    try {
      await this.pulumi(["cancel", "--yes"], null);
      await this.pulumi(["destroy", "--yes", "--skip-preview"], null);
    } finally {
      rmSync(this.dir, { recursive: true, force: true });
    }
  }
}
