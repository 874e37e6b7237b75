import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pulumiEnvironment, readSetup, type SetupResult } from "../../../pulumi/environment";
import { earlierWay, isSetUp, setupFile } from "../../../pulumi/setup-file";

const NAMES = ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
const saved = Object.fromEntries(NAMES.map((n) => [n, process.env[n]]));
const result: SetupResult = {
  way: "registry",
  pulumiRoot: "/p",
  pulumiHome: "/p/home",
  dockerHost: "unix:///d.sock",
  images: { switch: "s", node: "n" },
  imageStore: { volume: "v" },
  ownKernel: { volume: "k" },
  hostKernel: { lacks: null },
  calicoManifests: "/c",
};
let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "environment-"));
  for (const n of NAMES) delete process.env[n];
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  for (const n of NAMES)
    if (saved[n] === undefined) delete process.env[n];
    else process.env[n] = saved[n];
});

test("the CLI of set-up comes first, state is local, nothing calls home", () => {
  const environment = pulumiEnvironment(root, result);
  expect(environment.PATH!.split(":")[0]).toBe("/p/bin");
  expect(environment).toMatchObject({
    PULUMI_HOME: "/p/home",
    PULUMI_BACKEND_URL: `file://${root}/.fabriclab/state`,
    DOCKER_HOST: "unix:///d.sock",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  });
});

test("the passphrase is made once, long, readable by its owner only, and not itself in the environment", () => {
  const file = pulumiEnvironment(root, result).PULUMI_CONFIG_PASSPHRASE_FILE!;
  const passphrase = readFileSync(file, "utf8");
  expect(passphrase.length).toBeGreaterThanOrEqual(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(root, ".fabriclab", "state")).mode & 0o777).toBe(0o700);
  const again = pulumiEnvironment(root, result);
  expect(readFileSync(again.PULUMI_CONFIG_PASSPHRASE_FILE!, "utf8")).toBe(passphrase);
  expect(Object.values(again)).not.toContain(passphrase);
});

test("a user's own backend and passphrase are kept", () => {
  process.env.PULUMI_BACKEND_URL = "s3://bucket";
  process.env.PULUMI_CONFIG_PASSPHRASE = "mine";
  const environment = pulumiEnvironment(root, result);
  expect(environment.PULUMI_BACKEND_URL).toBe("s3://bucket");
  expect(environment).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
});

test("a checkout that is not set up says how", () => {
  expect(isSetUp(root)).toBe(false);
  expect(earlierWay(root)).toBeUndefined();
  expect(() => readSetup(root)).toThrow("this checkout is not set up yet: run `make up`");
});

describe("what set-up left", () => {
  const leave = (text: string): void => {
    mkdirSync(path.dirname(setupFile(root)), { recursive: true });
    writeFileSync(setupFile(root), text);
  };
  test("is read as it was written", () => {
    leave(JSON.stringify(result));
    expect(isSetUp(root)).toBe(true);
    expect(readSetup(root)).toEqual(result);
    expect(earlierWay(root)).toBe("registry");
  });
  test.each([
    ["", "the file: Invalid input"],
    ["[]", "the file: Invalid input"],
    [JSON.stringify({ ...result, imageStore: {} }), "imageStore.volume: Invalid input"],
    [JSON.stringify({ ...result, way: "another" }), "way: Invalid option"],
    [JSON.stringify({ ...result, calicoManifests: "" }), "calicoManifests: Too small"],
  ])("%s is refused, with what is wrong and what to do", (text, problem) => {
    leave(text);
    expect(() => readSetup(root)).toThrow(`setup.json is not what this version of set-up writes (${problem}`);
    expect(() => readSetup(root)).toThrow("run `npm run setup`");
  });
  test("tells its way, whatever else is in it", () => {
    leave(JSON.stringify({ way: "connected", of: "another version" }));
    expect(earlierWay(root)).toBe("connected");
    leave("half a fi");
    expect(earlierWay(root)).toBeUndefined();
  });
});
