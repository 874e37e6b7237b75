import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { isAlive } from "../../../pulumi/local-state";

/** A bench in a scratch folder, with a child that would go on for a minute. */
const BENCH = `
import { cleanUpOnSignals, inScratch, runChild } from "./bench/child";
cleanUpOnSignals();
void inScratch("bench-", async (dir) => { setTimeout(() => console.log("ready"), 200); await runChild("sh", ["-c", "sleep 60 & echo $! > pid; wait"], { cwd: dir }); });
`;

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fabriclab-test-"));
  program = join(folder, "bench.js");
  await build({
    stdin: { contents: BENCH, resolveDir: join(__dirname, "..", "..", ".."), loader: "ts" },
    bundle: true,
    platform: "node",
    outfile: program,
    logLevel: "silent",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(["SIGINT", "SIGTERM"] as const)("a bench that %s ends leaves no folder and no process", async (signal) => {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  const [made] = readdirSync(folder).filter((name) => name.startsWith("bench-"));
  expect(made).toBeDefined();
  const grandchild = Number(readFileSync(join(folder, made ?? "", "pid"), "utf8"));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.kill(signal);
  expect(await ended).toBe(signal === "SIGINT" ? 130 : 143);
  expect(readdirSync(folder).filter((name) => name.startsWith("bench-"))).toEqual([]);
  expect(isAlive(grandchild)).toBe(false);
});
