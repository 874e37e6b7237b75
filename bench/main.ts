/**
 * Side-by-side measurements, each a ratio against a floor of the same run:
 *   up       `pulumi up` of the vxlan lab against plain scripts that start the same lab (bench/plain.ts)
 *   preview  `pulumi preview` of the unchanged lab against that of an empty compiled Pulumi program
 *   idle     what the running lab uses
 *
 * `npm run bench -- [--runs N] [--json]`; nothing else should run on the machine meanwhile.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { parse, stringify } from "yaml";
import yargs from "yargs";
import { pulumiEnvironment, readSetup, type SetupResult } from "../pulumi/environment";
import { Pulumi } from "../pulumi/pulumi";
import { PROJECT } from "../common/root";
import { makePlan, parseSpec } from "../plan";
import { removeByOwner } from "../provider/cleanup";
import { clusterLab, type ClusterLabPlan } from "../plan/cluster";
import { ipPool, patchCalico, type KubernetesObject } from "../plan/render";
import { plainDown, plainUp, type PlainArgs } from "./plain";
import { prepareStackFile } from "../pulumi/stack-file";
import { tableText } from "../common/table";
import { cleanUpOnSignals, runChild, runWell } from "./child";
import { timed } from "./phases";
import { SUBNETS } from "../test/subnets";

const root = path.join(__dirname, "..", "..");
const STACK = "bench";
const QUIET = ["--yes", "--skip-preview", "--suppress-outputs"];
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const seconds = (n: number): string => `${n.toFixed(1)} s`;

/** Seconds of one command. */
async function wallOf(file: string, args: string[], env: NodeJS.ProcessEnv, cwd = root): Promise<number> {
  const begun = Date.now();
  await runWell(file, args, { cwd, env });
  return (Date.now() - begun) / 1000;
}

/** The vxlan lab's spec under the bench's own name, on a management subnet of its own. */
function benchSpec(): { config: string; plan: ClusterLabPlan } {
  const source = parse(readFileSync(path.join(root, "Pulumi.vxlan.yaml"), "utf8")) as {
    config: { "fabriclab:lab": Record<string, unknown> };
  };
  const lab = { ...source.config["fabriclab:lab"], name: STACK, management: { subnet: SUBNETS.bench } };
  const parsed = parseSpec(lab);
  if ("problems" in parsed) throw new Error("Pulumi.vxlan.yaml is refused");
  return { config: stringify({ config: { "fabriclab:lab": lab } }), plan: clusterLab(makePlan(parsed.spec)) };
}

/** What all parts of one bench share. */
interface Bench {
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the empty program. */
  readonly empty: string;
  /** Options that name the lab's stack and its config. */
  readonly lab: readonly string[];
  readonly source: string;
  readonly plain: PlainArgs;
}

/** Removes every trace of a run that was killed: stacks, machines, state. Most of it is not there, so what a command says is nobody's concern. */
async function clean({ env, empty, lab, plain }: Bench): Promise<void> {
  await runChild("pulumi", ["destroy", ...lab, ...QUIET, "--non-interactive"], { cwd: root, env });
  await removeByOwner(`${PROJECT}/${STACK}`);
  new Pulumi(root, STACK).forget();
  const remove = ["stack", "rm", STACK, "--yes", "--force", "--non-interactive"];
  await runChild("pulumi", [...remove, "--preserve-config"], { cwd: root, env });
  await runChild("pulumi", remove, { cwd: empty, env });
  // Containers that are not there can't be removed: a bench that was never killed leaves none.
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

function plainArgs(setup: SetupResult, plan: ClusterLabPlan): PlainArgs {
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

/** What was measured, a value a run. */
interface Measured {
  readonly plain: Record<string, number>[];
  readonly up: Record<string, number>[];
  readonly previews: number[];
  readonly floors: number[];
  readonly downs: number[];
  idle: { readonly cores: number; readonly mib: number };
}

/** What the running lab uses in 20 seconds in which nobody asks anything of it. */
async function idleUsage(): Promise<Measured["idle"]> {
  const before = await usage(`${PROJECT}/${STACK}`);
  const begun = Date.now();
  await sleep(20_000);
  const after = await usage(`${PROJECT}/${STACK}`);
  return { cores: (after.cpuNs - before.cpuNs) / 1e6 / (Date.now() - begun), mib: after.memory / 2 ** 20 };
}

async function measure(bench: Bench, runs: number): Promise<Measured> {
  const { env, empty, lab, source, plain } = bench;
  const measured: Measured = { plain: [], up: [], previews: [], floors: [], downs: [], idle: { cores: NaN, mib: NaN } };
  const pulumi = (...args: string[]): Promise<number> => wallOf("pulumi", [...args, "--non-interactive"], env);
  await new Pulumi(root, STACK).ready(source);
  for (let i = 0; i < runs; i++) {
    measured.plain.push(await plainUp(plain));
    await plainDown(plain);
    measured.up.push(await timed(["up", ...lab, ...QUIET, "--non-interactive"], env, root));
    if (i === 0) {
      measured.idle = await idleUsage();
      for (let j = 0; j < 5; j++) {
        measured.floors.push(await wallOf("pulumi", ["preview", "--stack", STACK, "--non-interactive"], env, empty));
        measured.previews.push(await pulumi("preview", ...lab));
      }
    }
    measured.downs.push(await pulumi("destroy", ...lab, ...QUIET));
  }
  return measured;
}

/** Medians, and ratios of each run's own pair. */
function resultOf({ plain, up, previews, floors, downs, idle }: Measured) {
  const plainTotal = plain.map((parts) => Math.max(...Object.values(parts)));
  const upTotal = up.map((parts) => parts.all!);
  return {
    runs: up.length,
    up: {
      seconds: median(upTotal),
      plainSeconds: median(plainTotal),
      ratio: median(upTotal.map((wall, i) => wall / plainTotal[i]!)),
    },
    preview: {
      seconds: median(previews),
      emptySeconds: median(floors),
      ratio: median(previews.map((wall, i) => wall / floors[i]!)),
    },
    destroy: { seconds: median(downs) },
    idle,
    where: { plain: plain[0], up: up[0] },
  };
}

function resultText({ up, preview, destroy, idle, where }: ReturnType<typeof resultOf>): string {
  const table = tableText(
    [
      [
        "vxlan lab up (9 machines)",
        seconds(up.seconds),
        `${seconds(up.plainSeconds)} plain scripts`,
        up.ratio.toFixed(2),
      ],
      [
        "preview, nothing changed",
        seconds(preview.seconds),
        `${seconds(preview.emptySeconds)} empty program`,
        preview.ratio.toFixed(2),
      ],
      ["destroy", seconds(destroy.seconds), "", ""],
      ["idle", `${idle.cores.toFixed(2)} cores, ${idle.mib.toFixed(0)} MiB`, "", ""],
    ],
    { head: ["", "fabriclab", "floor", "ratio"] },
  );
  const parts = (at: Record<string, number>): string =>
    Object.entries(at)
      .map(([part, end]) => `${part} ${end.toFixed(1)}`)
      .join(", ");
  return [
    table,
    "Where the time goes (seconds since the start at which each part was done):",
    ...Object.entries(where).map(([name, at]) => `  ${name}: ${parts(at ?? {})}`),
  ].join("\n");
}

async function main(): Promise<void> {
  cleanUpOnSignals();
  const options = await yargs(process.argv.slice(2))
    .option("runs", { type: "number", default: 3 })
    .option("json", { type: "boolean", default: false })
    .strict()
    .parse();
  const setup = readSetup(root);
  const { config, plan } = benchSpec();
  const source = path.join(root, ".fabriclab", `bench-${STACK}.yaml`);
  mkdirSync(path.dirname(source), { recursive: true });
  writeFileSync(source, config);
  const bench: Bench = {
    env: { ...process.env, ...pulumiEnvironment(root, setup), DOCKER_HOST: setup.dockerHost },
    empty: emptyProgram(),
    lab: ["--stack", STACK, "--config-file", prepareStackFile(root, STACK, source)],
    source,
    plain: plainArgs(setup, plan),
  };
  let result: ReturnType<typeof resultOf>;
  try {
    await clean(bench);
    await runWell("pulumi", ["stack", "init", STACK, "--no-select", "--non-interactive"], {
      cwd: bench.empty,
      env: bench.env,
    });
    result = resultOf(await measure(bench, options.runs));
  } finally {
    await clean(bench);
    rmSync(bench.empty, { recursive: true, force: true });
    rmSync(source, { force: true });
  }
  console.log(options.json ? JSON.stringify(result, null, 2) : resultText(result));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
