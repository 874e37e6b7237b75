/** The policy pack under the real engine: previews only, and one update of a program that has no machines. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { pulumiEnvironment } from "../../pulumi/environment";
import { makePlan, parseSpec, refusedLab } from "../../plan";
import { root } from "./support";

interface Ran {
  code: number | null;
  text: string;
}
type Json = Record<string, unknown>;
interface Resource {
  kind: "component" | "custom";
  type: string;
  name: string;
  props: Json;
}

mkdirSync(path.join(root, ".fabriclab"), { recursive: true });
const work = mkdtempSync(path.join(root, ".fabriclab", "policy-test-"));
const env = {
  ...process.env,
  ...pulumiEnvironment(root),
  PULUMI_BACKEND_URL: `file://${work}/state`,
  PULUMI_CONFIG_PASSPHRASE: "test",
  PULUMI_CONFIG_PASSPHRASE_FILE: "",
  NO_COLOR: "1",
};
const LAB = "fabriclab-policy-lab";
const PROGRAM = "fabriclab-policy-program";
const PACK = ["--policy-pack", path.join(root, "policy")];

function pulumi(cwd: string, ...args: string[]): Ran {
  const r = spawnSync("pulumi", [...args, "--non-interactive"], { cwd, env, encoding: "utf8", maxBuffer: 64 << 20 });
  return { code: r.status, text: `${r.stdout}${r.stderr}` };
}

const file = (name: string, value: unknown): string => {
  const target = path.join(work, name);
  writeFileSync(target, name.endsWith(".json") ? JSON.stringify(value) : stringify(value));
  return target;
};

/** A committed lab's stack file with changes; the keys of the stack's secrets are those that `stack init` wrote. */
function stackFile(name: string, change: (config: Json) => void): string {
  const source = parse(readFileSync(path.join(root, "Pulumi.vxlan.yaml"), "utf8")) as { config: Json };
  change(source.config);
  return file(name, { ...(parse(readFileSync(path.join(work, `Pulumi.${LAB}.yaml`), "utf8")) as Json), ...source });
}

const previewLab = (config: string, ...more: string[]): Ran =>
  pulumi(root, "preview", "--stack", LAB, "--config-file", config, ...PACK, ...more);
const policyConfig = (name: string, value: Json): string[] => ["--policy-pack-config", file(name, value)];

/** Both leaves in one AS: each drops the routes of the other. */
const twins = (): string =>
  stackFile("twins.yaml", (config) => {
    config["fabriclab:enforce"] = "policy";
    (config["fabriclab:lab"] as { fabric: Json }).fabric = {
      spines: 2,
      leaves: [
        { name: "leaf1", as: 65101 },
        { name: "leaf2", as: 65101 },
      ],
    };
  });

const PROGRAM_TEXT = `
const pulumi = require("@pulumi/pulumi"), k8s = require("@pulumi/kubernetes");
for (const { kind, type, name, props } of JSON.parse(require("fs").readFileSync("resources.json", "utf8"))) {
  if (kind === "component") {
    const made = new pulumi.ComponentResource(type, name, props);
    made.registerOutputs(props);
    if (type.endsWith(":Lab")) new pulumi.ComponentResource("fabriclab:index:Fabric", "fabric", {}, { parent: made });
  } else new k8s.apiextensions.CustomResource(name, props, { provider: new k8s.Provider("cluster", { kubeconfig: "{}" }) });
}
`;

function bgpLab(): Resource {
  const config = (parse(readFileSync(path.join(root, "Pulumi.bgp.yaml"), "utf8")) as { config: Json }).config[
    "fabriclab:lab"
  ];
  const parsed = parseSpec(config);
  if (!("spec" in parsed)) throw new Error("the committed bgp lab is refused");
  return {
    kind: "component",
    type: "fabriclab:index:Lab",
    name: "bgp",
    props: { spec: parsed.spec, plan: makePlan(parsed.spec) },
  };
}

function typesOf(stack: string): string[] {
  const { deployment } = JSON.parse(pulumi(work, "stack", "export", "--stack", stack).text) as {
    deployment: { resources?: { type: string }[] };
  };
  return (deployment.resources ?? []).map(({ type }) => type).sort();
}

const peer = (asNumber: number): Json => ({
  apiVersion: "crd.projectcalico.org/v1",
  kind: "BGPPeer",
  metadata: { name: "by-hand" },
  spec: { peerIP: "10.0.101.1", asNumber },
});
const program = (...resources: Resource[]): string => file("resources.json", resources);

beforeAll(() => {
  mkdirSync(path.join(work, "state"));
  file("Pulumi.yaml", {
    name: "fabriclab",
    main: "index.js",
    runtime: { name: "nodejs", options: { typescript: false } },
  });
  writeFileSync(path.join(work, "package.json"), `{ "name": "by-hand", "version": "1.0.0", "main": "index.js" }`);
  writeFileSync(path.join(work, "index.js"), PROGRAM_TEXT);
  for (const stack of [LAB, PROGRAM])
    expect(pulumi(work, "stack", "init", stack, "--no-select")).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

test("the vxlan lab passes", () => {
  const { code, text } = previewLab(stackFile("vxlan.yaml", () => undefined));
  expect(text).toMatch(/✅ fabriclab@v/);
  expect(text).toMatch(/fabriclab:index:Machine leaf2 create/);
  expect(code).toBe(0);
});

describe("a lab that breaks a rule", () => {
  test("is refused by the program unless the stack leaves that to the pack", () => {
    const config = twins();
    writeFileSync(config, readFileSync(config, "utf8").replace(/.*fabriclab:enforce.*\n/, ""));
    const { code, text } = previewLab(config);
    expect(text).toMatch(/fabriclab:lab has 1 problem/);
    expect(code).not.toBe(0);
  });

  test("fails the preview, with what, where, why and remedy", () => {
    const { code, text } = previewLab(twins());
    expect(code).not.toBe(0);
    expect(text).toMatch(/\[mandatory\] {2}duplicate-as/);
    expect(text).toMatch(/where: {2}urn:pulumi:fabriclab-policy-lab::fabriclab::fabriclab:index:Lab::vxlan/);
    expect(text).toMatch(/spec\.fabric\.leaves\[1\]\.as/);
    expect(text).toMatch(/why: /);
    expect(text).toMatch(/remedy: /);
  });

  test("is stopped before it has any child, without a preview too", () => {
    const lab = refusedLab((parse(readFileSync(twins(), "utf8")) as { config: Json }).config["fabriclab:lab"]);
    program({ kind: "component", type: "fabriclab:index:Lab", name: "twins", props: { ...lab } });
    expect(pulumi(work, "up", "--yes", "--skip-preview", "--stack", PROGRAM, ...PACK).code).not.toBe(0);
    expect(typesOf(PROGRAM)).toEqual(["pulumi:pulumi:Stack"]);
    expect(pulumi(work, "up", "--yes", "--skip-preview", "--stack", PROGRAM).code).toBe(0);
    expect(typesOf(PROGRAM)).toEqual(["fabriclab:index:Fabric", "fabriclab:index:Lab", "pulumi:pulumi:Stack"]);
  });

  test("is told of and built at level advisory", () => {
    const { code, text } = previewLab(twins(), ...policyConfig("advisory.json", { "duplicate-as": "advisory" }));
    expect(text).toMatch(/\[advisory\] {2}duplicate-as/);
    expect(text).toMatch(/fabriclab:index:Machine leaf2 create/);
    expect(code).toBe(0);
  });

  test("passes with an exception that gives a reason, and only with one", () => {
    const allow = (exception: Json): string[] =>
      policyConfig("exception.json", { "duplicate-as": { exceptions: [exception] } });
    const allowed = previewLab(twins(), ...allow({ resource: "vx*", reason: "shows what loop prevention does" }));
    expect(allowed.text).not.toMatch(/(mandatory|advisory)\] {2}duplicate-as/);
    expect(allowed.code).toBe(0);
    const without = previewLab(twins(), ...allow({ resource: "vx*" }));
    expect(without.text).toMatch(/reason is required/);
    expect(without.code).not.toBe(0);
  });
});

describe("a program's own objects", () => {
  test("a BGPPeer with another AS number than its router's is caught", () => {
    program(bgpLab(), { kind: "custom", type: "", name: "by-hand", props: peer(65109) });
    const { code, text } = pulumi(work, "preview", "--stack", PROGRAM, ...PACK);
    expect(text).toMatch(/\[mandatory\] {2}calico-peer-as/);
    expect(text).toMatch(/spec\.asNumber is 65109, and leaf1, which owns 10\.0\.101\.1, has AS 65101/);
    expect(code).not.toBe(0);
    program(bgpLab(), { kind: "custom", type: "", name: "by-hand", props: peer(65101) });
    expect(pulumi(work, "preview", "--stack", PROGRAM, ...PACK)).toMatchObject({ code: 0 });
  });

  test("policy analyze judges a saved state, of a stack and of a file", () => {
    program(bgpLab(), {
      kind: "component",
      type: "kubernetes:crd.projectcalico.org/v1:BGPPeer",
      name: "by-hand",
      props: peer(65109),
    });
    expect(pulumi(work, "up", "--yes", "--skip-preview", "--stack", PROGRAM)).toMatchObject({ code: 0 });
    const state = path.join(work, "exported.json");
    expect(pulumi(work, "stack", "export", "--stack", PROGRAM, "--file", state)).toMatchObject({ code: 0 });
    for (const source of [
      ["--stack", PROGRAM],
      ["--file", state],
    ]) {
      const { code, text } = pulumi(work, "policy", "analyze", ...source, ...PACK);
      expect(text).toMatch(/leaf1, which owns 10\.0\.101\.1, has AS 65101/);
      expect(code).not.toBe(0);
    }
  });
});
