/**
 * Every test: lint and types (already checked by the build that made this file), set-up, unit (some read what set-up got from upstream), then real labs.
 * Ends with what failed, by name, and one line: `N passed, N failed, N skipped`.
 *
 * `node dist/test/run.js [static|setup|unit|e2e]...` runs some of it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}
const root = path.join(__dirname, "..", "..");
const bin = (name: string): string => path.join(root, "node_modules", ".bin", name);

/** What failed: said once more at the end, which is all that many CI systems show. */
const failures: string[] = [];

/** @returns how it ended: "" if well */
function run(file: string, args: string[]): string {
  const { status, signal, error } = spawnSync(file, args, { cwd: root, stdio: "inherit" });
  if (status === 0) return "";
  return error?.message ?? (signal === null ? `exit ${status}` : `ended by ${signal}`);
}

function single(title: string, ended: string): Tally {
  const ok = ended === "";
  console.log(ok ? `ok: ${title}` : `FAILED: ${title} (${ended})`);
  if (!ok) failures.push(`${title}: ${ended}`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

const starts = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;
const isRoot = (): boolean => process.getuid?.() === 0;

/** Reads every shell program of the checkout with shellcheck. It is installed from Debian where that may be done; where not, the check is skipped. */
function shellcheck(): Tally {
  if (!starts("shellcheck") && isRoot() && starts("apt-get")) {
    const install = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "shellcheck"];
    if (run("apt-get", install) !== "" && run("apt-get", ["update"]) === "") run("apt-get", install);
  }
  if (!starts("shellcheck")) {
    console.log("skipped: shell programs (shellcheck is not installed: apt-get install shellcheck)");
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const { stdout, status } = spawnSync("git", ["ls-files", "-z", "*.sh"], { cwd: root, encoding: "utf8" });
  const files = stdout.split("\0").filter((file) => file !== "");
  if (status !== 0 || files.length === 0) return single("shell programs", "git lists no shell program");
  return single("shell programs", run("shellcheck", files));
}

/** Names of the tests that failed, and the files that could not be run. */
function failedOf(report: Report): string[] {
  return report.testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, message, assertionResults }) => {
      const file = path.relative(root, name);
      const tests = assertionResults.filter(({ status }) => status === "failed");
      return tests.length > 0
        ? tests.map(({ fullName }) => `${file}: ${fullName}`)
        : [`${file}: ${message.trim().split("\n")[0] ?? ""}`];
    });
}

/** Runs jest with a configuration and counts from its own report; a run that ends without one has failed. */
function jest(config: string, extra: string[] = []): Tally {
  const dir = mkdtempSync(path.join(tmpdir(), "fabriclab-test-"));
  const report = path.join(dir, "report.json");
  let ended = "";
  try {
    ended = run(bin("jest"), ["--config", config, "--json", `--outputFile=${report}`, ...extra]);
    const r = JSON.parse(readFileSync(report, "utf8")) as Report;
    const failed = r.numFailedTests + r.numRuntimeErrorTestSuites;
    const names = failedOf(r);
    failures.push(...(names.length === 0 && ended !== "" ? [`jest ${config}: ${ended}`] : names));
    return {
      passed: r.numPassedTests,
      failed: ended === "" ? failed : Math.max(failed, 1),
      skipped: r.numPendingTests,
    };
  } catch (error) {
    failures.push(`jest ${config}: ${ended === "" ? "" : `${ended}, `}${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const phases: Record<string, () => Tally[]> = {
  static: () => [
    single("types", run(bin("tsc"), ["--noEmit", "-p", "."])),
    single("lint", run(bin("eslint"), ["."])),
    single("format", run(bin("prettier"), ["--check", "."])),
    shellcheck(),
  ],
  setup: () => [single("set-up", run(process.execPath, [path.join(root, "dist", "cli", "main.js"), "setup"]))],
  unit: () => [jest("jest.config.js")],
  e2e: () => [jest("jest.e2e.config.js", ["--runInBand"])],
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(phases);
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
for (const name of wanted) {
  const phase = phases[name];
  if (phase === undefined) {
    console.error(`no such part of the tests: ${name} (there are: ${Object.keys(phases).join(", ")})`);
    process.exit(2);
  }
  console.log(`\n== ${name}`);
  const tallies = phase();
  for (const t of tallies) {
    total.passed += t.passed;
    total.failed += t.failed;
    total.skipped += t.skipped;
  }
  if (name === "setup" && tallies.some((t) => t.failed > 0)) break;
}
if (failures.length > 0) console.log(`\nfailed:\n${failures.map((each) => `  ${each}`).join("\n")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
