import { cpSync, mkdtempSync, rmSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { StepContext } from "../../../steps/step";
import { registrySteps } from "../../../setup/setup";
import { ordered } from "../../../steps/run";
import { machineStep } from "../../../images/machine";
import { imageSteps } from "../../../images/steps";

const ROOT = path.join(__dirname, "../../..");
let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "steps-"));
  cpSync(path.join(ROOT, "images/files"), path.join(root, "images/files"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const context = (keys: Record<string, string> = {}): StepContext => ({
  root,
  cache: "/cache",
  log: () => undefined,
  exec: () => Promise.reject(new Error("no programs here")),
  keyOf: (id) => keys[id] ?? id,
});

test("steps are named once, and what each needs is a step of set-up", () => {
  const ids = imageSteps().map((s) => s.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ordered(registrySteps()).map((s) => s.id)).toEqual(expect.arrayContaining(ids));
});

describe("key of a machine image", () => {
  const key = (role: "switch" | "node", keys?: Record<string, string>): string => machineStep(role).key(context(keys));

  test("the same inputs give the same key", () => expect(key("switch")).toBe(key("switch")));
  test("the two roles differ", () => expect(key("switch")).not.toBe(key("node")));
  test.each(["rootfs-node", "go-kubernetes", "go-calico", "go-etcd"])("a node's changes with %s", (id) =>
    expect(key("node", { [id]: "other" })).not.toBe(key("node")),
  );
  test("a switch's does not change with Kubernetes", () =>
    expect(key("switch", { "go-kubernetes": "other" })).toBe(key("switch")));
  test("it changes with a file's text, and only in the role that has the file", () => {
    const before = [key("switch"), key("node")];
    writeFileSync(path.join(root, "images/files/switch/etc/frr/daemons"), "bgpd=no\n");
    expect(key("switch")).not.toBe(before[0]);
    expect(key("node")).toBe(before[1]);
  });
  test("it changes with an executable bit", () => {
    const before = key("switch");
    chmodSync(path.join(root, "images/files/common/usr/lib/fabriclab/prep"), 0o644);
    expect(key("switch")).not.toBe(before);
  });
});
