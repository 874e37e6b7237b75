import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { withoutLogs } from "../../../startup/engine-logs";

let home: string;
let logs: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "home-"));
  logs = path.join(home, "logs");
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
  delete process.env["FABRICLAB_PLAIN"];
});

test("a file that says why stands where the CLI would log, whatever it has logged before", () => {
  mkdirSync(logs);
  writeFileSync(path.join(logs, "pulumi.log"), "");
  expect(withoutLogs(home)).toBe(home);
  expect(statSync(logs).isFile()).toBe(true);
  expect(readFileSync(logs, "utf8")).toContain("FABRICLAB_PLAIN=1");
});

test("a plain run takes the file away, and leaves logs alone", () => {
  withoutLogs(home);
  process.env["FABRICLAB_PLAIN"] = "1";
  withoutLogs(home);
  expect(existsSync(logs)).toBe(false);
  mkdirSync(logs);
  withoutLogs(home);
  expect(statSync(logs).isDirectory()).toBe(true);
});

test("a home that is not there yet is not made", () => {
  withoutLogs(path.join(home, "none"));
  expect(existsSync(path.join(home, "none"))).toBe(false);
});
