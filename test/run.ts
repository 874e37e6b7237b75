/**
 * Every test, in order of cost: lint, types (already checked by the build that made this file), unit, then real labs.
 * Ends with one line: `N passed, N failed, N skipped`.
 *
 * `node dist/test/run.js [static|unit|e2e]...` runs some of it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

interface Tally { passed: number; failed: number; skipped: number }
const root = path.join(__dirname, "..", "..");
const bin = (name: string): string => path.join(root, "node_modules", ".bin", name);

function run(file: string, args: string[]): boolean {
  return spawnSync(file, args, { cwd: root, stdio: "inherit" }).status === 0;
}

function single(title: string, ok: boolean): Tally {
  console.log(`${ok ? "ok" : "FAILED"}: ${title}`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** Runs jest with a configuration and counts from its own report; a run that ends without one has failed. */
function jest(config: string, extra: string[] = []): Tally {
  const dir = mkdtempSync(path.join(tmpdir(), "fabriclab-test-"));
  const report = path.join(dir, "report.json");
  try {
    const ok = run(bin("jest"), ["--config", config, "--json", `--outputFile=${report}`, ...extra]);
    const r = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number; numFailedTests: number; numPendingTests: number; numRuntimeErrorTestSuites: number };
    const failed = r.numFailedTests + r.numRuntimeErrorTestSuites;
    return { passed: r.numPassedTests, failed: ok ? failed : Math.max(failed, 1), skipped: r.numPendingTests };
  } catch (error) {
    console.error(`jest ${config}: ${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const phases: Record<string, () => Tally[]> = {
  static: () => [single("types", run(bin("tsc"), ["--noEmit", "-p", "."])), single("lint", run(bin("eslint"), ["."]))],
  unit: () => [jest("jest.config.js")],
  e2e: () => {
    const ready = single("set-up", run(process.execPath, [path.join(root, "dist", "cli", "main.js"), "setup"]));
    return ready.failed > 0 ? [ready] : [ready, jest("jest.e2e.config.js", ["--runInBand"])];
  },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(phases);
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
for (const name of wanted) {
  const phase = phases[name];
  if (phase === undefined) { console.error(`no such part of the tests: ${name} (there are: ${Object.keys(phases).join(", ")})`); process.exit(2); }
  console.log(`\n== ${name}`);
  for (const t of phase()) { total.passed += t.passed; total.failed += t.failed; total.skipped += t.skipped; }
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
