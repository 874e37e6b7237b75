/**
 * The connected way, end to end, against stand-ins of upstream's places on loopback: a file server and Debian's docker-registry. A checkout and a cache
 * of the test's own; the engine's images and volumes that it makes are removed.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { readSetup, pulumiEnvironment } from "../../../pulumi/environment";
import { POD_IMAGES } from "../../../images/upstream";
import { SUBNETS } from "../../subnets";
import { docker, root, type Ran, type SpecFile } from "../support";
import { FileServer, type Served } from "./file-server";
import { ImageRegistry } from "./image-registry";
import { CLI, CLI_CHECKSUMS, fillRegistry, releaseFiles, settings } from "./upstream";

const STACK = "connected";
let dir: string;
let checkout: string;
let upstream: Record<string, string>;
let files: Record<string, Served>;
let server: FileServer;
let registry: ImageRegistry;
let images: Set<string>;
let volumes: Set<string>;
/** What the connected set-up added to the engine. */
const made: { readonly images: string[]; readonly volumes: string[] } = { images: [], volumes: [] };

const imageTags = async (): Promise<string[]> => (await docker.listImages()).flatMap((i) => i.RepoTags ?? []);
const volumeNames = async (): Promise<string[]> => ((await docker.listVolumes()).Volumes ?? []).map((v) => v.Name);

/** The CLI of the test's own checkout. Not waited for with a blocking call: the file server answers it from this process. */
async function cli(args: string[], env: Record<string, string>, expect = 0): Promise<Ran> {
  const begun = Date.now();
  const child = spawn(process.execPath, [path.join(checkout, "dist/cli/main.js"), ...args], {
    cwd: checkout,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (d: Buffer) => {
    stdout += d.toString();
  });
  child.stderr.on("data", (d: Buffer) => {
    stderr += d.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== expect)
    throw new Error(
      `fabriclab ${args.join(" ")}: exit ${code}, expected ${expect}\n${stdout.slice(-6000)}\n${stderr.slice(-6000)}`,
    );
  return { code, stdout, stderr, seconds: (Date.now() - begun) / 1000 };
}
/** This lab runs without what makes previews start fast (startup/): the plain way must work as well. */
const connected = (args: string[], more: { expect?: number; env?: Record<string, string> } = {}): Promise<Ran> =>
  cli(args, { ...upstream, FABRICLAB_CACHE: path.join(dir, "cache"), FABRICLAB_PLAIN: "1", ...more.env }, more.expect);

function stackFile(): string {
  const spec = parse(readFileSync(path.join(root, "Pulumi.dev.yaml"), "utf8")) as SpecFile;
  Object.assign(spec.config["fabriclab:lab"], { name: STACK, management: { subnet: SUBNETS.connected } });
  const file = path.join(dir, "stack.yaml");
  writeFileSync(file, stringify(spec));
  return file;
}

beforeAll(async () => {
  if (readSetup(root).way !== "registry")
    throw new Error(
      "the stand-ins are filled with what the registry way builds: run `FABRICLAB_WAY=registry npm run setup` first",
    );
  dir = mkdtempSync(path.join(tmpdir(), "fabriclab-connected-"));
  checkout = path.join(dir, "checkout");
  cpSync(root, checkout, {
    recursive: true,
    filter: (f) => !["node_modules", ".git", ".fabriclab"].includes(path.relative(root, f)),
  });
  symlinkSync(path.join(root, "node_modules"), path.join(checkout, "node_modules"));
  images = new Set(await imageTags());
  volumes = new Set(await volumeNames());
  files = await releaseFiles();
  server = await FileServer.start(files);
  registry = await ImageRegistry.start(dir);
  await fillRegistry(registry);
  upstream = settings(server.url, registry.host);
});

afterAll(async () => {
  if (existsSync(path.join(checkout, ".fabriclab", "setup.json")))
    await connected(["down", "--stack", STACK, "--config", stackFile()]);
  // Only what the set-up of this test made: images and volumes that came meanwhile may be another checkout's.
  for (const tag of made.images)
    if (!images.has(tag))
      await docker
        .getImage(tag)
        .remove()
        .catch(() => undefined); // a machine of another lab may use it
  for (const name of made.volumes)
    if (!volumes.has(name))
      await docker
        .getVolume(name)
        .remove()
        .catch(() => undefined); // as above
  await server.stop();
  registry.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** As after a fresh clone: no way chosen yet. */
const forget = (): void => rmSync(path.join(checkout, ".fabriclab"), { recursive: true, force: true });

test("sources out of reach: one quick look, then the registry way, saying which and why", async () => {
  const gone = await FileServer.start({});
  await gone.stop();
  const nowhere = settings(gone.url, new URL(gone.url).host);
  const { stdout } = await cli(["setup"], nowhere);
  const again = await cli(["setup"], nowhere);
  const host = new URL(gone.url).host;
  expect(stdout).toContain("set-up goes the registry way");
  for (const name of ["Pulumi releases", "Kubernetes releases", "Calico manifests", `image registry ${host}`])
    expect(stdout).toContain(`${name} (${host}: ECONNREFUSED)`);
  expect(again.stdout).not.toContain("set-up goes");
  expect(again.seconds).toBeLessThan(5);
});

test("a CLI archive that is not the published one is refused; nothing is set up", async () => {
  forget();
  const honest = files[CLI_CHECKSUMS]!;
  files[CLI_CHECKSUMS] = `${"0".repeat(64)}  ${path.basename(CLI)}\n`;
  const { stdout, stderr } = await connected(["setup"], { expect: 1, env: { FABRICLAB_WAY: "connected" } });
  files[CLI_CHECKSUMS] = honest;
  expect(stdout + stderr).toMatch(new RegExp(`SHA-256 is [0-9a-f]{64}, expected 0{64}: not used`));
  expect(existsSync(path.join(checkout, ".fabriclab", "setup.json"))).toBe(false);
});

test("set-up takes everything from upstream's places, and builds nothing from source", async () => {
  forget();
  const { stdout } = await connected(["setup"]);
  expect(stdout).toContain("set-up goes the connected way: every upstream source answers");
  expect(stdout).not.toMatch(/build (Kubernetes|Calico|etcd)/);
  // What the refused set-up had finished is among it: it is not fetched again.
  const fetched = new Set(server.asked.filter((a) => a.startsWith("GET ")).map((a) => a.slice(4)));
  expect([...fetched].sort()).toEqual(Object.keys(files).sort());
  const result = readSetup(checkout);
  made.images.push(result.images.node, result.images.switch);
  made.volumes.push(result.imageStore.volume, result.ownKernel.volume);
  made.images.push(`fabriclab/kernel-packages:${result.ownKernel.volume.split("-").at(-1) ?? ""}`);
  expect(result.way).toBe("connected");
  expect(await imageTags()).toEqual(expect.arrayContaining(made.images));
  expect(await volumeNames()).toEqual(expect.arrayContaining(made.volumes));
  expect(existsSync(path.join(dir, "cache", "bin"))).toBe(false);
});

test("the engine of the lab is the fetched CLI, with both plugins installed", () => {
  const env = { ...process.env, ...pulumiEnvironment(checkout, readSetup(checkout)) };
  const plugins = JSON.parse(
    spawnSync("pulumi", ["plugin", "ls", "--json"], { cwd: checkout, encoding: "utf8", env }).stdout,
  ) as { name: string; version: string }[];
  const version = (name: string): string =>
    (
      JSON.parse(readFileSync(path.join(root, "node_modules/@pulumi", name, "package.json"), "utf8")) as {
        version: string;
      }
    ).version;
  expect(plugins.map((p) => `${p.name} ${p.version}`).sort()).toEqual([
    `command ${version("command")}`,
    `kubernetes ${version("kubernetes")}`,
  ]);
});

test("a second set-up is warm: under 5 seconds, and asks for nothing", async () => {
  server.asked.length = 0;
  expect((await connected(["setup"])).seconds).toBeLessThan(5);
  expect(server.asked).toEqual([]);
});

test("the lab of that set-up comes up, is verified, and goes", async () => {
  const { stdout } = await connected(["up", "--stack", STACK, "--config", stackFile()]);
  expect(stdout).toMatch(/PASS .* as predicted, 0 not/);
  expect(readSetup(checkout).way).toBe("connected");
  const running = await docker.listContainers({ filters: { label: [`fabriclab.owner=fabriclab/${STACK}`] } });
  expect(new Set(running.map((c) => c.Image))).toEqual(new Set(Object.values(readSetup(checkout).images)));
  const report = JSON.parse(
    (await connected(["verify", "--stack", STACK, "--config", stackFile(), "--json"])).stdout,
  ) as { ok: boolean; failed: number };
  expect(report).toMatchObject({ ok: true, failed: 0 });
  await connected(["down", "--stack", STACK, "--config", stackFile()]);
  expect(
    await docker.listContainers({ all: true, filters: { label: [`fabriclab.owner=fabriclab/${STACK}`] } }),
  ).toEqual([]);
});

test("every pod image came out of the registry under its upstream name", async () => {
  const repositories = (
    (await (await fetch(`http://${registry.host}/v2/_catalog?n=100`)).json()) as { repositories: string[] }
  ).repositories;
  for (const name of Object.values(POD_IMAGES)) expect(repositories).toContain(name.slice(0, name.lastIndexOf(":")));
});
