/**
 * How the way from a spec to its prediction grows with the fabric, beside `netlab create` (which transforms the topology and renders the devices'
 * files, and predicts nothing) on the same fabrics in the same run. Every size in fresh processes; medians of the runs.
 *
 * `npm run bench:scale -- [--runs N] [--sizes 2x4x4,8x64x128] [--mode bgp] [--limit SECONDS] [--json] [--no-netlab]`; nothing else should run on the machine.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import * as path from "node:path";
import { tableText } from "../common/table";
import yargs from "yargs";
import { cacheDir } from "../steps/context";
import { cleanUpOnSignals, inScratch, runChild } from "./child";
import type { Measured } from "./scale-one";
import { netlabTopology, sizeText, type Size } from "./scale-lab";

const NETLAB = "26.10";
/** Spines x leaves x nodes. */
const SIZES = "2x2x4,2x8x16,4x32x64,8x64x0,8x64x128,8x128x256,8x256x512,8x500x1000";

interface Run {
  readonly seconds: number;
  readonly mib: number;
}
/** `wall`: seconds of the process, its start included, as netlab's are; but for the tables of all machines, that netlab has nothing like. */
interface OwnRun extends Measured {
  readonly wall: number;
}
interface Row {
  readonly size: Size;
  readonly own: OwnRun;
  readonly netlab: Run | null;
  readonly ratio: number | null;
}

/** netlab from PyPI in a virtual environment of its own below the cache; installed once. */
async function netlabProgram(): Promise<string> {
  const venv = path.join(cacheDir(), "bench", `netlab-${NETLAB}`);
  const program = path.join(venv, "bin", "netlab");
  const done = path.join(venv, ".installed");
  if (existsSync(done)) return program;
  mkdirSync(path.dirname(venv), { recursive: true });
  for (const [file, ...args] of [
    ["python3", "-m", "venv", "--clear", venv],
    [path.join(venv, "bin", "pip"), "install", "--quiet", `networklab==${NETLAB}`],
  ] as const) {
    const r = await runChild(file, args);
    if (r.status !== 0)
      throw new Error(`${file} ${args.join(" ")}: exit ${r.status}\n${r.stderr}\n(--no-netlab measures without it)`);
  }
  writeFileSync(done, "");
  return program;
}

/** Runs a command; wall seconds and, from the kernel's account of the child, its peak memory. Null past the limit. */
async function timed(file: string, args: readonly string[], cwd: string, limit: number): Promise<Run | null> {
  const account = path.join(cwd, "account.json");
  const wrapper =
    "import json,resource,subprocess,sys,time\nb=time.monotonic()\ntry: r=subprocess.run(sys.argv[3:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE,timeout=float(sys.argv[2]))\nexcept subprocess.TimeoutExpired: sys.exit(124)\n" +
    "s=time.monotonic()-b\nif r.returncode: sys.stderr.buffer.write(r.stderr); sys.exit(1)\njson.dump({'seconds':s,'mib':resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024},open(sys.argv[1],'w'))";
  const r = await runChild("python3", ["-c", wrapper, account, `${limit}`, file, ...args], { cwd });
  if (r.status === 124) return null;
  if (r.status !== 0) throw new Error(`${file} ${args.join(" ")} failed\n${r.stderr.slice(-3000)}`);
  return JSON.parse(readFileSync(account, "utf8")) as Run;
}

async function netlabRun(program: string, size: Size, limit: number): Promise<Run | null> {
  return inScratch("fabriclab-scale-", async (dir) => {
    writeFileSync(path.join(dir, "topology.yml"), netlabTopology(size));
    return timed(program, ["create", "--quiet"], dir, limit);
  });
}

async function ownRun({ spines, leaves, nodes }: Size, mode: string): Promise<OwnRun> {
  const begun = performance.now();
  const r = await runChild(process.execPath, [
    path.join(__dirname, "scale-one.js"),
    `${spines}`,
    `${leaves}`,
    `${nodes}`,
    mode,
  ]);
  if (r.status !== 0)
    throw new Error(`${sizeText({ spines, leaves, nodes })}: exit ${r.status}\n${r.stderr.slice(-3000)}`);
  const measured = JSON.parse(r.stdout) as Measured;
  return { ...measured, wall: (performance.now() - begun) / 1000 - (measured.tables ?? 0) };
}

/** The run with the median time. */
function median<T extends { readonly seconds: number }>(runs: readonly T[]): T {
  const found = [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];
  if (found === undefined) throw new Error("--runs must be 1 or more");
  return found;
}

function sizeOf(text: string): Size {
  const [spines, leaves, nodes, more] = text.split("x").map(Number);
  if (
    spines === undefined ||
    leaves === undefined ||
    nodes === undefined ||
    more !== undefined ||
    ![spines, leaves, nodes].every(Number.isInteger)
  )
    throw new Error(`--sizes ${text}: write SPINESxLEAVESxNODES, as in 8x64x128`);
  // A lab has a control plane at least.
  return { spines, leaves, nodes: Math.max(1, nodes) };
}

async function measured(size: Size, mode: string, runs: number, netlab: string | null, limit: number): Promise<Row> {
  const own: OwnRun[] = [];
  const other: Run[] = [];
  let over = netlab === null;
  // Turn by turn, so that both meet the same load.
  for (let i = 0; i < runs; i++) {
    own.push(await ownRun(size, mode));
    const run = over || netlab === null ? null : await netlabRun(netlab, size, limit);
    if (run === null) over = true;
    else other.push(run);
  }
  const best = median(own);
  const peer = over ? null : median(other);
  return { size, own: best, netlab: peer, ratio: peer === null ? null : peer.seconds / best.wall };
}

const HEAD = [
  "fabric",
  "plan s",
  "texts s",
  "prediction s",
  "to here s",
  "with start s",
  "MiB",
  "all tables s",
  "MiB",
  "s per 1000 links",
  "netlab create s",
  "MiB",
  "times as long",
];

function text(rows: readonly Row[], limit: number, netlab: boolean): string {
  const fixed = (value: number, digits = 3): string => value.toFixed(digits);
  return tableText(
    rows.map(({ size, own, netlab: peer, ratio }) => [
      sizeText(size),
      fixed(own.plan),
      fixed(own.texts),
      fixed(own.prediction),
      fixed(own.seconds),
      fixed(own.wall),
      fixed(own.mib, 0),
      own.tables === null ? "left out" : fixed(own.tables),
      own.mibWithTables === null ? "" : fixed(own.mibWithTables, 0),
      fixed((own.seconds / (own.counts.links ?? 1)) * 1000, 2),
      !netlab ? "" : peer === null ? `over ${limit}` : fixed(peer.seconds, 1),
      peer === null ? "" : fixed(peer.mib, 0),
      ratio === null ? "" : `${fixed(ratio, 0)}`,
    ]),
    { head: HEAD },
  );
}

async function main(): Promise<void> {
  cleanUpOnSignals();
  const options = await yargs(process.argv.slice(2))
    .option("runs", { type: "number", default: 3, description: "runs of each size" })
    .option("sizes", { type: "string", default: SIZES, description: "SPINESxLEAVESxNODES,..." })
    .option("mode", {
      choices: ["vxlan", "bgp"] as const,
      default: "vxlan",
      description: "Calico's mode; netlab knows nothing of it",
    })
    .option("limit", { type: "number", default: 120, description: "seconds after which netlab is given up for a size" })
    .option("netlab", { type: "boolean", default: true, description: "measure netlab create too" })
    .option("json", { type: "boolean", default: false })
    .strict()
    .parse();
  const netlab = options.netlab ? await netlabProgram() : null;
  const load = loadavg()[0] ?? 0;
  const rows: Row[] = [];
  let given = netlab;
  for (const size of options.sizes.split(",").map(sizeOf)) {
    const row = await measured(size, options.mode, options.runs, given, options.limit);
    rows.push(row);
    // Larger ones take longer still.
    if (row.netlab === null) given = null;
  }
  const machine = {
    mode: options.mode,
    cores: cpus().length,
    loadBefore: load,
    loadAfter: loadavg()[0] ?? 0,
    netlab: netlab === null ? null : NETLAB,
    limit: options.limit,
    runs: options.runs,
  };
  if (options.json) console.log(JSON.stringify({ ...machine, rows }, null, 2));
  else
    console.log(
      `${text(rows, options.limit, netlab !== null)}\nmode ${options.mode}, ${machine.cores} cores, load ${load.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after, median of ${options.runs}${netlab === null ? "" : `; netlab ${NETLAB} from PyPI`}. netlab predicts no routing.`,
    );
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
