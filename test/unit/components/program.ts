import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { lab } from "../../../program";
import { manifests } from "./manifests";

/** What the program asked the engine to register. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string;
  readonly aliases: readonly string[];
  readonly dependsOn: readonly string[];
  readonly deletedWith: string;
  readonly ignoreChanges: readonly string[];
  /** Inputs as they travel: a secret is an object with the SDK's mark and `value`. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** The same without marks. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
  readonly custom: boolean;
}

export interface Registered {
  readonly all: readonly Registration[];
  /** @throws Error where there is not exactly one */
  readonly one: (type: string, name: string) => Registration;
  readonly ofType: (type: string) => Registration[];
  /** Outputs of components, by URN, as they travel. */
  readonly componentOutputs: ReadonlyMap<string, Record<string, unknown>>;
  readonly outputs: Record<string, unknown>;
  /** What the program said through the engine's log. */
  readonly said: readonly string[];
}

export const MACHINE = "fabriclab:index:Machine";
export const LINK = "fabriclab:index:Link";
export const CONFIGURATION = "fabriclab:index:Configuration";
export const COMMAND = "command:remote:Command";
/** The token that `kubeadm token create` prints in the mocks. */
export const TOKEN = "abcdef.0123456789abcdef";
export const PRIVATE_KEY = "a private key";

/** How the SDK marks a secret on the wire (sdk/nodejs/runtime/rpc.ts, specialSigKey and specialSecretSig). */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (value as Record<string, unknown>)[MARK] === SECRET;

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getDeletedwith(): string;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): { toObject(): object }[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

/** What each resource's provider would answer. */
function stateOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const given = inputs as Record<string, unknown>;
  if (type === MACHINE)
    return {
      ...given,
      driverId: `id-of-${name}`,
      connection: { host: "127.0.0.1", port: 2222, user: "root", privateKey: PRIVATE_KEY, hostKey: "a host key" },
      publishedPorts: { ssh: 2222, "kubernetes-api": 6444 },
      state: "running",
    };
  if (type !== COMMAND) return given;
  const stdout = name.endsWith("-token")
    ? `kubeadm join 10.0.101.1:6443 --token ${TOKEN} --discovery-token-ca-cert-hash sha256:${"0".repeat(64)}`
    : name === "kubeadm-init"
      ? "apiVersion: v1\nserver: https://10.0.101.101:6443\n"
      : "";
  return { ...given, stdout, stderr: "" };
}

export interface Run {
  readonly stack: string;
  /** Value of `fabriclab:lab`. */
  readonly value: unknown;
  readonly config?: Readonly<Record<string, string>>;
  /** Outputs of the stack as the engine has them from before. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly preview?: boolean;
}

/** Runs the whole program against mocks of the engine and its plugins. */
export async function runProgram({
  stack,
  value,
  config = {},
  before = {},
  preview = false,
}: Run): Promise<Registered> {
  const root = mkdtempSync(path.join(tmpdir(), "fabriclab-program-"));
  const all: Registration[] = [];
  const componentOutputs = new Map<string, Record<string, unknown>>();
  const said: string[] = [];
  try {
    writeSetup(root);
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => ({ id: `${args.name}-id`, state: stateOf(args) }),
        call: ({ token }) => (token === "pulumi:pulumi:readStackOutputs" ? { outputs: before } : {}),
      },
      "fabriclab",
      stack,
      preview,
      "organization",
    );
    record(all, componentOutputs);
    for (const level of ["warn", "info"] as const)
      jest.spyOn(pulumi.log, level).mockImplementation((...[text]) => {
        said.push(`${level}: ${text}`);
        return Promise.resolve();
      });
    pulumi.runtime.setAllConfig({ "fabriclab:lab": JSON.stringify(value), ...config }, ["fabriclab:bgpPassword"]);
    const outputs = await lab(root, {});
    await pulumi.runtime.disconnect();
    return { ...reader(all), componentOutputs, outputs, said };
  } finally {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  }
}

function writeSetup(root: string): void {
  mkdirSync(path.join(root, ".fabriclab"));
  for (const [file, objects] of Object.entries(manifests()))
    writeFileSync(path.join(root, file), JSON.stringify(objects));
  const setup = {
    way: "registry",
    pulumiRoot: root,
    pulumiHome: root,
    dockerHost: "unix:///var/run/docker.sock",
    images: { switch: "fabriclab/switch:test", node: "fabriclab/node:test" },
    imageStore: { volume: "fabriclab-store-test" },
    ownKernel: { volume: "fabriclab-kernel-test" },
    hostKernel: { lacks: ["ipip"] },
    calicoManifests: root,
  };
  writeFileSync(path.join(root, ".fabriclab", "setup.json"), JSON.stringify(setup));
}

/** Notes every request to the mocked engine before it is answered. */
function record(all: Registration[], componentOutputs: Map<string, Record<string, unknown>>): void {
  const { registerResource, registerResourceOutputs } = MockMonitor.prototype;
  jest.spyOn(MockMonitor.prototype, "registerResource").mockImplementation(function (this: MockMonitor, request, done) {
    return registerResource.call(this, request, (error, answer) => {
      if (error === null) all.push(registrationOf(request as RegisterRequest, answer as { getUrn(): string }));
      done(error, answer);
    });
  });
  jest.spyOn(MockMonitor.prototype, "registerResourceOutputs").mockImplementation(function (
    this: MockMonitor,
    request,
    done,
  ) {
    const { getUrn, getOutputs } = request as { getUrn(): string; getOutputs(): { toJavaScript(): object } };
    componentOutputs.set(getUrn.call(request), getOutputs.call(request).toJavaScript() as Record<string, unknown>);
    registerResourceOutputs.call(this, request, done);
  });
}

function registrationOf(request: RegisterRequest, answer: { getUrn(): string }): Registration {
  const sent = request.getObject().toJavaScript();
  return {
    type: request.getType(),
    name: request.getName(),
    urn: answer.getUrn(),
    parent: request.getParent(),
    aliases: request.getAliasesList().map((alias) => JSON.stringify(alias.toObject())),
    dependsOn: request.getDependenciesList(),
    deletedWith: request.getDeletedwith(),
    ignoreChanges: request.getIgnorechangesList(),
    sent,
    inputs: withoutMarks(sent) as Record<string, unknown>,
    secretOutputs: request.getAdditionalsecretoutputsList(),
    custom: request.getCustom(),
  };
}

function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return withoutMarks((value as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutMarks(each)]));
}

function reader(all: readonly Registration[]): Pick<Registered, "all" | "one" | "ofType"> {
  return {
    all,
    ofType: (type) => all.filter((each) => each.type === type),
    one: (type, name) => {
      const found = all.filter((each) => each.type === type && each.name === name);
      if (found.length !== 1) throw new Error(`${found.length} resources ${type} ${name} were registered, not one`);
      return found[0]!;
    },
  };
}
