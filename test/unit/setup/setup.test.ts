import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as running from "../../../steps/run";
import { connectedSteps, registrySteps, setup } from "../../../setup/setup";
import * as host from "../../../setup/steps/host";
import type { Step } from "../../../steps/step";
import * as ways from "../../../setup/way";

jest.mock("../../../steps/run", () => ({
  ...jest.requireActual<object>("../../../steps/run"),
  runSteps: jest.fn(),
  allPresent: jest.fn(),
}));
jest.mock("../../../setup/way", () => ({
  ...jest.requireActual<object>("../../../setup/way"),
  chooseWay: jest.fn(),
}));

jest.mock("../../../setup/steps/host", () => ({
  ...jest.requireActual<object>("../../../setup/steps/host"),
  engineIntent: jest.fn(),
}));

const engineIntent = host.engineIntent as jest.Mock;
const runSteps = running.runSteps as jest.Mock;
const allPresent = running.allPresent as jest.Mock;
const chooseWay = ways.chooseWay as jest.Mock;
let root: string;
let said: string;
const output = {
  write: (t: string) => {
    said += t;
    return true;
  },
} as unknown as NodeJS.WriteStream;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "setup-"));
  said = "";
  delete process.env.FABRICLAB_WAY;
  jest.resetAllMocks();
  runSteps.mockImplementation(async () => ({
    timings: [],
    context: { root, cache: "/cache", keyOf: (id: string) => `key-of-${id}` },
  }));
  chooseWay.mockResolvedValue({ way: "registry", because: "out of reach: a source" });
  engineIntent.mockResolvedValue(null);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  delete process.env.FABRICLAB_WAY;
});

const earlier = (way: string): void => {
  mkdirSync(path.join(root, ".fabriclab"), { recursive: true });
  writeFileSync(path.join(root, ".fabriclab/setup.json"), JSON.stringify({ way }));
};
const ran = (): string[] => (runSteps.mock.calls[0]![0] as Step[]).map((s) => s.id);

test("a fabric alone asks for the CLI and the image of switches, own kernels for theirs; set-up itself for everything", async () => {
  const targets = (): unknown => (runSteps.mock.calls.at(-1)![1] as { targets: unknown }).targets;
  await setup({ root, output, scope: { cluster: false, ownKernels: false } });
  expect(targets()).toEqual(["pulumi-home", "image-switch"]);
  for (const steps of [registrySteps(), connectedSteps()]) {
    const needed = running.neededFor(steps, targets() as string[]).map(({ id }) => id);
    expect(needed).toEqual(expect.arrayContaining(["docker-engine", "image-switch"]));
    expect(needed.filter((id) => /kubernetes|calico|coredns|etcd|node|pod|kernel/.test(id))).toEqual([]);
  }
  await setup({ root, output, scope: { cluster: false, ownKernels: true } });
  expect(targets()).toEqual(["pulumi-home", "image-switch", "own-kernel", "host-kernel"]);
  const everything = registrySteps().map(({ id }) => id);
  const needed = (): string[] => running.neededFor(registrySteps(), targets() as string[]).map(({ id }) => id);
  await setup({ root, output, scope: { cluster: true, ownKernels: false } });
  expect(everything.filter((id) => !needed().includes(id))).toEqual(["rootfs-kernel", "own-kernel", "host-kernel"]);
  await setup({ root, output });
  expect(needed()).toEqual(everything);
});

test("the first set-up looks at the sources, goes the way they allow, and says which and why", async () => {
  expect((await setup({ root, output })).way).toBe("registry");
  expect(said).toBe(
    "set-up goes the registry way, all from npm, Go modules and Debian packages: out of reach: a source\n",
  );
  expect(ran()).toContain("go-kubernetes");
});

test("the connected way builds nothing from source and needs no compiler", async () => {
  chooseWay.mockResolvedValue({ way: "connected", because: "every upstream source answers" });
  expect((await setup({ root, output })).way).toBe("connected");
  expect(said).toBe("set-up goes the connected way: every upstream source answers\n");
  expect(ran().filter((id) => id.startsWith("go-") || id.startsWith("rootfs-") || id === "host-packages")).toEqual([]);
  expect(ran()).toEqual(
    expect.arrayContaining(["docker-engine", "pulumi-release", "pulumi-home", "image-node", "pod-images"]),
  );
});

test("a checkout set up from registries stays so, without a look and without a word", async () => {
  earlier("registry");
  await setup({ root, output });
  expect(chooseWay).not.toHaveBeenCalled();
  expect(said).toBe("");
});

test("a connected checkout with everything there does not look", async () => {
  earlier("connected");
  allPresent.mockResolvedValue(true);
  expect((await setup({ root, output })).way).toBe("connected");
  expect(chooseWay).not.toHaveBeenCalled();
});

test("what a connected checkout has is asked of the steps that sources are needed for, in the scope of the call", async () => {
  earlier("connected");
  allPresent.mockResolvedValue(true);
  const asked = (): readonly string[] =>
    (allPresent.mock.lastCall as [unknown, { targets: readonly string[] }])[1].targets;
  await setup({ root, output });
  expect(asked()).toContain("own-kernel");
  // The host's kernel is asked again and again while it lacks something.
  expect(asked()).not.toContain("host-kernel");
  await setup({ root, output, scope: { cluster: false, ownKernels: false } });
  expect(asked()).not.toContain("own-kernel");
});

test("a connected checkout with something missing falls back when the sources are out of reach, and says so", async () => {
  earlier("connected");
  allPresent.mockResolvedValue(false);
  expect((await setup({ root, output })).way).toBe("registry");
  expect(said).toContain("registry way");
});

test("what set-up does to the host is said before the first step", async () => {
  earlier("registry");
  engineIntent.mockResolvedValue("There is no Docker engine: set-up installs one now.");
  let saidBefore = "";
  runSteps.mockImplementation(async () => {
    saidBefore = said;
    throw new Error("no disk");
  });
  await expect(setup({ root, output })).rejects.toThrow("no disk");
  expect(saidBefore).toBe("There is no Docker engine: set-up installs one now.\n");
});

describe("FABRICLAB_WAY", () => {
  test("registry goes that way without a look", async () => {
    process.env.FABRICLAB_WAY = "registry";
    await setup({ root, output });
    expect(chooseWay).not.toHaveBeenCalled();
    expect(said).toContain("FABRICLAB_WAY asks for it");
  });
  test("connected is refused at once where it can't be gone, and nothing is written", async () => {
    process.env.FABRICLAB_WAY = "connected";
    allPresent.mockResolvedValue(false);
    await expect(setup({ root, output })).rejects.toThrow("FABRICLAB_WAY=connected, but out of reach: a source");
    expect(runSteps).not.toHaveBeenCalled();
  });
  test("connected takes a checkout over from the registry way", async () => {
    earlier("registry");
    process.env.FABRICLAB_WAY = "connected";
    allPresent.mockResolvedValue(false);
    chooseWay.mockResolvedValue({ way: "connected", because: "every upstream source answers" });
    expect((await setup({ root, output })).way).toBe("connected");
  });
});

test("what it made is left for the program: readable by its owner only, provider linked", async () => {
  const result = await setup({ root });
  const dir = path.join(root, ".fabriclab");
  const file = path.join(dir, "setup.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(result);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(result).toMatchObject({
    pulumiRoot: "/cache/pulumi/key-of-pulumi-home",
    pulumiHome: "/cache/pulumi/key-of-pulumi-home/home",
    images: { node: "fabriclab/node:key-of-image-node" },
  });
  expect(lstatSync(path.join(dir, "provider")).isSymbolicLink()).toBe(true);
  expect(readlinkSync(path.join(dir, "provider"))).toBe("/cache/pulumi/key-of-pulumi-home/provider");
});

test("a set-up that fails leaves the earlier result in place", async () => {
  earlier("registry");
  const before = readFileSync(path.join(root, ".fabriclab/setup.json"), "utf8");
  runSteps.mockRejectedValue(new Error("no disk"));
  await expect(setup({ root })).rejects.toThrow("no disk");
  expect(readFileSync(path.join(root, ".fabriclab/setup.json"), "utf8")).toBe(before);
});

test.each([
  ["registry", registrySteps],
  ["connected", connectedSteps],
])("steps of the %s way are named once, and what each needs is there", (_, steps) => {
  const ids = steps().map((s) => s.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(running.ordered(steps())).toHaveLength(ids.length);
});
