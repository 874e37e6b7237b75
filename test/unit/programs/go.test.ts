import { compareVersions } from "../../../common/version";
import { cpSync, mkdtempSync, readFileSync, rmSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { binDir, goModuleSource, goSteps, minimumGo, withoutDirect } from "../../../programs/go";
import type { StepContext } from "../../../steps/step";
import { GO_MODULES } from "../../../programs/list";
import { VERSIONS } from "../../../lab-spec/versions";

const ROOT = path.join(__dirname, "../../..");
const goMod = (name: string): string => readFileSync(path.join(ROOT, "programs/modules", name, "go.mod"), "utf8");

test.each([
  ["1.9", "1.25.11", -1],
  ["go1.26.8", "1.25.11", 1],
  ["go1.25.11", "1.25.11", 0],
  ["1.25", "1.25.0", 0],
  ["go1.25.9", "1.25.11", -1],
])("%s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test("the least Go is the newest that a module asks for", () => {
  const asked = GO_MODULES.map((m) => /^go (\S+)$/m.exec(goMod(m.name))![1]!);
  const least = minimumGo(ROOT);
  expect(asked).toContain(least);
  for (const a of asked) expect(compareVersions(a, least)).toBeLessThanOrEqual(0);
});

test.each([
  ["https://a,direct", "https://a"],
  ["https://a|direct", "https://a"],
  ["direct,https://a", "https://a"],
  ["https://a,https://b,direct", "https://a,https://b"],
  ["https://direct.example", "https://direct.example"],
  ["direct", "direct"],
  ["off", "off"],
])("proxy list %s becomes %s", (before, after) => expect(withoutDirect(before)).toBe(after));

describe.each(GO_MODULES.map((m) => [m.name, m] as const))("module %s", (name, m) => {
  test("declares every program that is built as a tool, and no other", () => {
    const block = [...goMod(name).matchAll(/^tool (?:\(([^)]*)\)|(\S+))$/gm)].flatMap((x) =>
      (x[1] ?? x[2]!).trim().split(/\s+/),
    );
    expect(block.sort()).toEqual(
      Object.values(m.programs)
        .filter((source) => source !== ".")
        .sort(),
    );
  });

  test("has the checksum of every module that its programs lie in", () => {
    const sums = readFileSync(path.join(ROOT, "programs/modules", name, "go.sum"), "utf8");
    const required = [...goMod(name).matchAll(/^(?:require )?\s*(\S+\/\S+) (v\S+)(?: \/\/ indirect)?$/gm)].map(
      (x) => [x[1]!, x[2]!] as const,
    );
    // A program of ours that embeds nothing of another module may need none.
    const sources = Object.values(m.programs).flatMap((s) => (s === "." ? (m.embedded?.from ?? []) : s));
    for (const source of sources) {
      const [dependency, version] = required
        .filter(([d]) => `${source}/`.startsWith(`${d}/`))
        .sort((a, b) => b[0].length - a[0].length)[0]!;
      expect(sums.includes(`${dependency} ${version} h1:`)).toBe(true);
    }
  });
});

test("modules pin the versions that a lab is made of", () => {
  expect(goMod("kubernetes")).toMatch(new RegExp(`k8s.io/kubernetes ${VERSIONS.kubernetes}$`, "m"));
  expect(goMod("etcd")).toMatch(new RegExp(`go.etcd.io/etcd/server/v3 v${VERSIONS.etcd}( |$)`, "m"));
  expect(goMod("coredns")).toMatch(new RegExp(`github.com/coredns/coredns ${VERSIONS.coredns}( |$)`, "m"));
  expect(goMod("pulumi")).toMatch(new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${VERSIONS.pulumi}( |$)`, "m"));
});

test("the kubernetes provider is the one that the SDK asks for, built from the commit that is told", () => {
  const sdk = readFileSync(path.join(ROOT, "node_modules/@pulumi/kubernetes/package.json"), "utf8");
  expect(VERSIONS.pulumiKubernetes).toBe((JSON.parse(sdk) as { version: string }).version);
  expect(goMod("pulumi-kubernetes")).toMatch(
    new RegExp(
      `^require github.com/pulumi/pulumi-kubernetes/provider/v4 v\\S+-${VERSIONS.pulumiKubernetesCommit}$`,
      "m",
    ),
  );
});

test("no module names a source by a path of this machine", () => {
  for (const m of GO_MODULES) expect(goMod(m.name)).not.toMatch(/=>\s+[./]/);
});

test("a changed checksum file is another result, of that module alone", () => {
  const root = mkdtempSync(path.join(tmpdir(), "go-"));
  try {
    cpSync(path.join(ROOT, "programs/modules"), path.join(root, "programs/modules"), { recursive: true });
    const dirs = (): string[] => GO_MODULES.map((m) => binDir({ root, cache: "/cache" }, m.name));
    const before = dirs();
    expect(before).toEqual(GO_MODULES.map((m) => binDir({ root: ROOT, cache: "/cache" }, m.name)));
    appendFileSync(path.join(root, "programs/modules/etcd/go.sum"), "\n");
    const after = dirs();
    for (const [i, m] of GO_MODULES.entries()) expect(after[i] === before[i]).toBe(m.name !== "etcd");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("every build is a step that uses all cores", () => {
  expect(goSteps().map((s) => [s.id, s.kind])).toEqual(GO_MODULES.map((m) => [`go-${m.name}`, "cpu"]));
});

describe("the source of a dependency", () => {
  const answering = (answer: string): { ctx: StepContext; asked: string[][] } => {
    const asked: string[][] = [];
    const exec = (program: string, args: readonly string[]): Promise<string> => {
      asked.push([program, ...args]);
      return Promise.resolve(answer);
    };
    return { ctx: { root: ROOT, exec } as unknown as StepContext, asked };
  };

  test("is downloaded into an empty module cache: to list it there would give an empty path", async () => {
    const { ctx, asked } = answering(JSON.stringify({ Path: "example.com/m", Dir: "/modules/example.com/m@v1.0.0" }));
    expect(await goModuleSource(ctx, "calico", "example.com/m")).toBe("/modules/example.com/m@v1.0.0");
    expect(asked).toEqual([["go", "mod", "download", "-json", "example.com/m"]]);
  });

  test("an answer without a folder is an error that names the module", async () => {
    const { ctx } = answering(JSON.stringify({ Path: "example.com/m", Error: "not found" }));
    await expect(goModuleSource(ctx, "calico", "example.com/m")).rejects.toThrow(/example\.com\/m: .*not found/);
  });
});
