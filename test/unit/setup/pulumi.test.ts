import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { BUNDLES } from "../../../build/bundle";
import { PROGRAMS } from "../../../build/bundles";
import { VERSIONS } from "../../../lab-spec/versions";
import { binDir } from "../../../programs/go";
import { runSteps } from "../../../steps/run";
import type { Step, StepContext } from "../../../steps/step";
import { kubernetesPluginStep } from "../../../setup/steps/kubernetes-plugin";
import { PULUMI_HOME_STEP, pulumiStep } from "../../../setup/steps/pulumi";

const checkout = path.join(__dirname, "../../..");
let dir: string;
let root: string;
let cache: string;

/** A checkout that is built, and the two programs that Go builds. */
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "pulumi-home-"));
  [root, cache] = [path.join(dir, "root"), path.join(dir, "cache")];
  mkdirSync(path.join(root, BUNDLES), { recursive: true });
  symlinkSync(path.join(checkout, "node_modules"), path.join(root, "node_modules"));
  cpSync(path.join(checkout, "programs/modules"), path.join(root, "programs/modules"), { recursive: true });
  for (const { name } of Object.values(PROGRAMS))
    for (const file of [name, `${name}.js`]) writeFileSync(path.join(root, BUNDLES, file), file, { mode: 0o755 });
  for (const [module, program] of [
    ["pulumi", "pulumi"],
    ["pulumi-kubernetes", "pulumi-resource-kubernetes"],
  ] as const) {
    mkdirSync(binDir({ root, cache }, module), { recursive: true });
    writeFileSync(path.join(binDir({ root, cache }, module), program), program, { mode: 0o755 });
  }
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const step = (): Step => ({
  ...pulumiStep("registry"),
  needs: [],
  key: (ctx) => pulumiStep("registry").key(keyed(ctx)),
});
/** The keys of the builds do not matter here. */
const keyed = (ctx: StepContext): StepContext => ({
  root: ctx.root,
  cache: ctx.cache,
  log: (line) => ctx.log(line),
  exec: (...args) => ctx.exec(...args),
  keyOf: (id) => id,
});
const keyNow = (): string => step().key({ root, cache, keyOf: (id: string) => id } as StepContext);

/** The step of the kubernetes plugin, beside that of the home, and that of the plugin's build, which is there. */
const withPlugin = (): Step[] => [
  step(),
  { ...step(), id: "go-pulumi-kubernetes", key: () => "build", present: async () => true },
  kubernetesPluginStep(),
];

test("a fabric alone needs no kubernetes plugin; the first set-up that needs it puts it in its place, and another build in the place of that", async () => {
  const plugin = path.join(
    cache,
    "pulumi",
    keyNow(),
    `home/plugins/resource-kubernetes-v${VERSIONS.pulumiKubernetes}/pulumi-resource-kubernetes`,
  );
  await runSteps(withPlugin(), { root, cache, targets: [PULUMI_HOME_STEP] });
  expect(existsSync(plugin)).toBe(false);
  await runSteps(withPlugin(), { root, cache });
  expect(readFileSync(plugin, "utf8")).toBe("pulumi-resource-kubernetes");
  const { timings } = await runSteps(withPlugin(), { root, cache });
  expect(timings.map(({ state }) => state)).toEqual(["there", "there", "there"]);
  writeFileSync(
    path.join(binDir({ root, cache }, "pulumi-kubernetes"), "pulumi-resource-kubernetes.new"),
    "another build",
  );
  renameSync(
    path.join(binDir({ root, cache }, "pulumi-kubernetes"), "pulumi-resource-kubernetes.new"),
    path.join(binDir({ root, cache }, "pulumi-kubernetes"), "pulumi-resource-kubernetes"),
  );
  const others = withPlugin().map((each) =>
    each.id === "go-pulumi-kubernetes" ? { ...each, key: () => "another" } : each,
  );
  await runSteps(others, { root, cache });
  expect(readFileSync(plugin, "utf8")).toBe("another build");
});

test("the CLI, both stand-ins, the official kubernetes plugin and the lab's own are where the engine looks", async () => {
  await runSteps(withPlugin(), { root, cache });
  const home = path.join(cache, "pulumi", keyNow());
  const files = {
    "bin/pulumi": "pulumi",
    "bin/pulumi-language-nodejs": "pulumi-language-nodejs",
    "bin/pulumi-language-nodejs.js": "pulumi-language-nodejs.js",
    [`home/plugins/resource-kubernetes-v${VERSIONS.pulumiKubernetes}/pulumi-resource-kubernetes`]:
      "pulumi-resource-kubernetes",
    "home/plugins/resource-command-v1.2.1/pulumi-resource-command": "pulumi-resource-command",
    "home/plugins/resource-command-v1.2.1/pulumi-resource-command.js": "pulumi-resource-command.js",
    "provider/pulumi-resource-fabriclab": "pulumi-resource-fabriclab",
  };
  for (const [file, text] of Object.entries(files)) {
    expect([file, readFileSync(path.join(home, file), "utf8")]).toEqual([file, text]);
    if (!file.endsWith(".js")) expect(statSync(path.join(home, file)).mode & 0o111).toBe(0o111);
  }
});

test("a byte that changes in any program that is put there makes another home; in one that is not, the same", () => {
  const before = keyNow();
  for (const { name } of [PROGRAMS.provider, PROGRAMS.languageHost, PROGRAMS.command]) {
    const last = keyNow();
    appendFileSync(path.join(root, BUNDLES, `${name}.js`), "\n");
    expect(keyNow()).not.toBe(last);
  }
  expect(keyNow()).not.toBe(before);
  const last = keyNow();
  appendFileSync(path.join(root, BUNDLES, "policy.js"), "\n");
  expect(keyNow()).toBe(last);
});

test("a checkout that is not built says so", () => {
  rmSync(path.join(root, BUNDLES, "pulumi-resource-command.js"));
  expect(keyNow).toThrow("pulumi-resource-command.js is not there: run `npm run build`");
});
