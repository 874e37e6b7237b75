/**
 * A lab that commit 6281516 built (test/fixtures/takeover: its stack file and its state, all secrets replaced by placeholders) under today's program and
 * provider: what `up` would do to its machines, cables and steps. A preview only; nothing is built, and the lab need not be there.
 *
 * Images and the image store have the names of this set-up: their names are made of what Debian's archive held on that day.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { pulumiEnvironment, readSetup } from "../../pulumi/environment";
import { root } from "./support";

const STACK = "takeover";
const fixture = (name: string): string => readFileSync(path.join(root, "test", "fixtures", "takeover", name), "utf8");

/**
 * What `up` does to that lab, but for leaving it as it is: name of the resource, and the engine's word. Steps that run a command again must find it
 * done: a change here is a change to every lab that is running. Each of these has other text of its shell program, and finds what it does done already (seen
 * live with a lab of mode vxlan: the sessions stayed up). kubeadm-init is not among them, and nothing is replaced.
 */
const EXPECTED: readonly string[] = [
  "bgp-reflectors update create",
  "bgp-sessions update create",
  "bgp-settled update create",
  // What configures machines is looked at and brought back now: a configuration takes the place of each command, on the machine that stays.
  ...[
    "client1-network",
    "k8s-master-l1-1-bgp",
    "k8s-master-l1-1-network",
    "k8s-node-l1-1-bgp",
    "k8s-node-l1-1-network",
    "leaf1-config",
    "leaf1-sessions",
    "spine1-config",
  ].flatMap((name) => [`${name} create`, `${name} delete`]),
  "k8s-node-l1-1-join update create stdin",
  "k8s-node-l1-1-membership create",
  "k8s-node-l1-1-token update create delete",
  "kubeadm-deployments create",
].sort();

/** What makes or touches a machine. Kubernetes objects are left out: their provider asks a cluster that is not there. */
const KINDS = [
  "fabriclab:index:Machine",
  "fabriclab:index:Link",
  "fabriclab:index:Configuration",
  "command:remote:Command",
];

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
  pulumi(work, "stack", "init", "--no-select");
  // The stack's file has what `stack init` wrote for its secrets; the state's placeholders are encrypted with it.
  const written = readFileSync(path.join(work, `Pulumi.${STACK}.yaml`), "utf8");
  const { encryptionsalt } = parse(written) as { encryptionsalt: string };
  const deployment = fixture("state.json")
    .replaceAll("IMAGE-OF-SWITCHES", images.switch)
    .replaceAll("IMAGE-OF-NODES", images.node)
    .replaceAll("VOLUME-OF-IMAGE-STORE", imageStore.volume)
    .replaceAll("SALT-OF-SECRETS", encryptionsalt);
  writeFileSync(state, deployment);
  writeFileSync(config, `${written}${fixture("stack.yaml")}`);
  pulumi(work, "stack", "import", "--file", state);
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
  // Every one of the old lab's is looked at.
  const seen = new Set(touched.map(({ urn }) => urn));
  expect(wanted.filter((urn) => !seen.has(urn))).toEqual([]);
  expect(
    touched
      .filter(({ op }) => op !== "same")
      .map(({ op, urn, diffReasons }) => `${urn.split("::").at(-1)} ${op} ${(diffReasons ?? []).join(" ")}`.trim())
      .sort(),
  ).toEqual(EXPECTED);
});
