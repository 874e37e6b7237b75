/**
 * Side-by-side measurements, each a ratio against a floor of the same run:
 *   up       `pulumi up` of the vxlan lab against plain scripts that start the same lab (bench/plain.ts)
 *   preview  `pulumi preview` of the unchanged lab against that of an empty compiled Pulumi program
 *   idle     what the running lab uses
 *
 * `npm run bench -- [--runs N] [--json]`; nothing else should run on the machine meanwhile.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import Table from "cli-table3";
import Docker from "dockerode";
import { parse, stringify } from "yaml";
import yargs from "yargs";
import { pulumiEnvironment, readSetup, type SetupResult } from "../pulumi/environment";
import { Pulumi } from "../pulumi/pulumi";
import { PROJECT } from "../common/root";
import { makePlan, parseSpec } from "../plan";
import { removeByOwner } from "../provider/cleanup";
import type { LabPlan } from "../plan/types";
import { ipPool, patchCalico, type KubernetesObject } from "../plan/render";
import { plainDown, plainUp, type PlainArgs } from "./plain";
import { prepareStackFile } from "../pulumi/stack-file";
import { timed } from "./phases";
import { SUBNETS } from "../test/subnets";

const root = path.join(__dirname, "..", "..");
const STACK = "bench";
const QUIET = ["--yes", "--skip-preview", "--suppress-outputs"];
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seconds = (n: number): string => `${n.toFixed(1)} s`;

function run(file: string, args: string[], env: NodeJS.ProcessEnv, cwd = root): { output: string; wall: number } {
  const begun = Date.now();
  const r = spawnSync(file, args, { cwd, env, encoding: "utf8", maxBuffer: 64 << 20 });
  if (r.status !== 0)
    throw new Error(`${file} ${args.join(" ")}: exit ${r.status}\n${r.stdout.slice(-3000)}${r.stderr.slice(-3000)}`);
  return { output: r.stdout, wall: (Date.now() - begun) / 1000 };
}

/** The vxlan lab's spec under the bench's own name, on a management subnet of its own. */
function benchSpec(): { config: string; plan: LabPlan } {
  const source = parse(readFileSync(path.join(root, "Pulumi.vxlan.yaml"), "utf8")) as {
    config: { "fabriclab:lab": Record<string, unknown> };
  };
  const lab = { ...source.config["fabriclab:lab"], name: STACK, management: { subnet: SUBNETS.bench } };
  const parsed = parseSpec(lab);
  if ("problems" in parsed) throw new Error("Pulumi.vxlan.yaml is refused");
  return { config: stringify({ config: { "fabriclab:lab": lab } }), plan: makePlan(parsed.spec) };
}

/** Every trace of a run that was killed: stacks, machines, state. */
async function clean(env: NodeJS.ProcessEnv, empty: string, lab: readonly string[], plain: PlainArgs): Promise<void> {
  spawnSync("pulumi", ["destroy", ...lab, ...QUIET, "--non-interactive"], { cwd: root, env });
  await removeByOwner(`${PROJECT}/${STACK}`);
  new Pulumi(root, STACK).forget();
  spawnSync("pulumi", ["stack", "rm", STACK, "--yes", "--force", "--preserve-config", "--non-interactive"], {
    cwd: root,
    env,
  });
  spawnSync("pulumi", ["stack", "rm", STACK, "--yes", "--force", "--non-interactive"], { cwd: empty, env });
  await plainDown(plain).catch(() => undefined);
}

/** An empty Pulumi program, compiled, in a folder of its own: what no preview can be faster than. */
function emptyProgram(): string {
  const dir = mkdtempSync(path.join(tmpdir(), "fabriclab-bench-"));
  writeFileSync(
    path.join(dir, "Pulumi.yaml"),
    "name: empty\nmain: index.js\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
  writeFileSync(path.join(dir, "package.json"), '{"name":"empty","main":"index.js"}');
  writeFileSync(path.join(dir, "index.js"), 'exports.stack = require("@pulumi/pulumi").getStack();\n');
  symlinkSync(path.join(root, "node_modules"), path.join(dir, "node_modules"));
  return dir;
}

interface Usage {
  cpuNs: number;
  memory: number;
}
async function usage(lab: string): Promise<Usage> {
  const docker = new Docker();
  const found = await docker.listContainers({ filters: { label: [`fabriclab.owner=${lab}`] } });
  const stats = await Promise.all(
    found.map((c) => docker.getContainer(c.Id).stats({ stream: false, "one-shot": true } as { stream: false })),
  );
  return stats.reduce<Usage>(
    (sum, s) => ({
      cpuNs: sum.cpuNs + s.cpu_stats.cpu_usage.total_usage,
      memory:
        sum.memory +
        s.memory_stats.usage -
        Number(
          (s.memory_stats.stats as unknown as Record<string, number> | undefined)?.total_inactive_file ??
            (s.memory_stats.stats as unknown as Record<string, number> | undefined)?.inactive_file ??
            0,
        ),
    }),
    { cpuNs: 0, memory: 0 },
  );
}

function plainArgs(setup: SetupResult, plan: LabPlan): PlainArgs {
  const objects = patchCalico(
    JSON.parse(readFileSync(path.join(setup.calicoManifests, "calico-vxlan.json"), "utf8")) as KubernetesObject[],
    plan,
  );
  return {
    plan,
    switchImage: setup.images.switch,
    nodeImage: setup.images.node,
    storeVolume: setup.imageStore.volume,
    calicoYaml: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    poolYaml: JSON.stringify(ipPool(plan)),
  };
}

async function main(): Promise<void> {
  const options = await yargs(process.argv.slice(2))
    .option("runs", { type: "number", default: 3 })
    .option("json", { type: "boolean", default: false })
    .strict()
    .parse();
  const setup = readSetup(root);
  const { config, plan } = benchSpec();
  const empty = emptyProgram();
  const env = { ...process.env, ...pulumiEnvironment(root, setup), DOCKER_HOST: setup.dockerHost };
  const source = path.join(root, ".fabriclab", `bench-${STACK}.yaml`);
  const plainLab = plainArgs(setup, plan);
  mkdirSync(path.dirname(source), { recursive: true });
  writeFileSync(source, config);
  const pulumi = (...args: string[]): { output: string; wall: number } =>
    run("pulumi", [...args, "--non-interactive"], env);
  const lab = ["--stack", STACK, "--config-file", prepareStackFile(root, STACK, source)];
  await clean(env, empty, lab, plainLab);
  run("pulumi", ["stack", "init", STACK, "--no-select", "--non-interactive"], env, empty);
  const plain: Record<string, number>[] = [];
  const up: number[] = [];
  const parts: Record<string, number>[] = [];
  const previews: number[] = [];
  const floors: number[] = [];
  const downs: number[] = [];
  let idle = { cores: NaN, mib: NaN };
  try {
    await new Pulumi(root, STACK).ready(source);
    for (let i = 0; i < options.runs; i++) {
      plain.push(await plainUp(plainLab));
      await plainDown(plainLab);
      const part = await timed(["up", ...lab, ...QUIET, "--non-interactive"], env, root);
      up.push(part.all!);
      parts.push(part);
      if (i === 0) {
        const [a, t] = [await usage(`fabriclab/${STACK}`), Date.now()];
        await new Promise((r) => setTimeout(r, 20_000));
        const b = await usage(`fabriclab/${STACK}`);
        idle = { cores: (b.cpuNs - a.cpuNs) / 1e6 / (Date.now() - t), mib: b.memory / 2 ** 20 };
        for (let j = 0; j < 5; j++) {
          floors.push(run("pulumi", ["preview", "--stack", STACK, "--non-interactive"], env, empty).wall);
          previews.push(pulumi("preview", ...lab).wall);
        }
      }
      downs.push(pulumi("destroy", ...lab, ...QUIET).wall);
    }
  } finally {
    await clean(env, empty, lab, plainLab);
    rmSync(empty, { recursive: true, force: true });
    rmSync(source, { force: true });
  }
  const plainTotal = plain.map((p) => Math.max(...Object.values(p)));
  const result = {
    runs: options.runs,
    up: { seconds: median(up), plainSeconds: median(plainTotal), ratio: median(up.map((u, i) => u / plainTotal[i]!)) },
    preview: {
      seconds: median(previews),
      emptySeconds: median(floors),
      ratio: median(previews.map((p, i) => p / floors[i]!)),
    },
    destroy: { seconds: median(downs) },
    idle,
    where: { plain: plain[0], up: parts[0] },
  };
  if (options.json) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  const table = new Table({ head: ["", "fabriclab", "floor", "ratio"], style: { head: [], border: [] } });
  table.push(
    [
      "vxlan lab up (9 machines)",
      seconds(result.up.seconds),
      `${seconds(result.up.plainSeconds)} plain scripts`,
      result.up.ratio.toFixed(2),
    ],
    [
      "preview, nothing changed",
      seconds(result.preview.seconds),
      `${seconds(result.preview.emptySeconds)} empty program`,
      result.preview.ratio.toFixed(2),
    ],
    ["destroy", seconds(result.destroy.seconds), "", ""],
    ["idle", `${idle.cores.toFixed(2)} cores, ${idle.mib.toFixed(0)} MiB`, "", ""],
  );
  console.log(table.toString());
  console.log("Where the time goes (seconds since the start at which each part was done):");
  for (const [name, at] of Object.entries(result.where))
    console.log(
      `  ${name}: ${Object.entries(at ?? {})
        .map(([k, v]) => `${k} ${v.toFixed(1)}`)
        .join(", ")}`,
    );
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
