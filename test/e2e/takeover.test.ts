/**
 * A lab that commit 6281516 built (test/fixtures/takeover: its stack file and its state, all secrets replaced by placeholders) under today's program and
 * provider: what `up` would do to its machines, cables and steps. A preview only; nothing is built, and the lab need not be there.
 *
 * Images and the image store have the names of this set-up: their names are made of what Debian's archive held on that day.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pulumiEnvironment, readSetup } from "../../pulumi/environment";
import { root } from "./support";

const STACK = "takeover";
const fixture = (name: string): string => readFileSync(path.join(root, "test", "fixtures", "takeover", name), "utf8");

/**
 * What `up` does to that lab, but for leaving it as it is: name of the resource, and the engine's word. Steps that run a command again must find it
 * done: a change here is a change to every lab that is running.
 */
const EXPECTED: readonly string[] = [];

/** What makes or touches a machine. Kubernetes objects are left out: their provider asks a cluster that is not there. */
const KINDS = ["fabriclab:index:Machine", "fabriclab:index:Link", "command:remote:Command"];

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly diffReasons?: readonly string[];
}

let work: string;
function pulumi(cwd: string, ...args: string[]): string {
  const ran = spawnSync("pulumi", [...args, "--stack", STACK, "--non-interactive"], {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: {
      ...process.env,
      ...pulumiEnvironment(root),
      PULUMI_BACKEND_URL: `file://${work}/state`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      NO_COLOR: "1",
    },
  });
  if (ran.status !== 0) throw new Error(`pulumi ${args.join(" ")}: exit ${ran.status}\n${ran.stdout}\n${ran.stderr}`);
  return ran.stdout;
}

beforeAll(() => {
  mkdirSync(path.join(root, ".fabriclab"), { recursive: true });
  work = mkdtempSync(path.join(root, ".fabriclab", "takeover-test-"));
  mkdirSync(path.join(work, "state"));
  writeFileSync(path.join(work, "Pulumi.yaml"), "name: fabriclab\nruntime: nodejs\n");
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

test("a lab made by the first released commit is taken over: no machine, cable or kubeadm step is replaced", () => {
  const { images, imageStore } = readSetup(root);
  const state = path.join(work, "state.json");
  const config = path.join(work, "stack.yaml");
  writeFileSync(
    state,
    fixture("state.json")
      .replaceAll("IMAGE-OF-SWITCHES", images.switch)
      .replaceAll("IMAGE-OF-NODES", images.node)
      .replaceAll("VOLUME-OF-IMAGE-STORE", imageStore.volume),
  );
  pulumi(work, "stack", "init", "--no-select");
  pulumi(work, "stack", "import", "--file", state);
  // The stack's file has what `stack init` wrote for its secrets.
  const written = readFileSync(path.join(work, `Pulumi.${STACK}.yaml`), "utf8");
  writeFileSync(config, `${written}${fixture("stack.yaml")}`);
  const { steps } = JSON.parse(
    pulumi(
      root,
      "preview",
      "--json",
      "--show-sames",
      "--config-file",
      config,
      ...KINDS.flatMap((kind) => ["--target", `**${kind}::*`]),
    ),
  ) as { steps: Step[] };

  const kept = (JSON.parse(fixture("state.json")) as { deployment: { resources: { type: string; urn: string }[] } })
    .deployment.resources;
  const wanted = kept.filter(({ type }) => KINDS.includes(type)).map(({ urn }) => urn);
  const touched = steps.filter(({ urn }) => KINDS.some((kind) => urn.includes(`${kind}::`)));
  // Every one of the old lab's is looked at, and there is no other.
  expect([...new Set(touched.map(({ urn }) => urn))].sort()).toEqual([...new Set(wanted)].sort());
  expect(
    touched
      .filter(({ op }) => op !== "same")
      .map(({ op, urn, diffReasons }) => `${urn.split("::").at(-1)} ${op} ${(diffReasons ?? []).join(" ")}`.trim()),
  ).toEqual(EXPECTED);
});
