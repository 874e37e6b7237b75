import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runSteps } from "../../../steps/run";
import { pulumiReleaseStep, releasedCli, releasedPlugin } from "../../../setup/steps/pulumi-release";
import { VERSIONS } from "../../../lab-spec/versions";
import { FileServer } from "../../e2e/connected/file-server";

const CLI = `pulumi-v${VERSIONS.pulumi}-linux-x64.tar.gz`;
const SUMS = `/sdk/pulumi-${VERSIONS.pulumi}-checksums.txt`;
const PLUGINS = { command: "9.8.7", kubernetes: "6.5.4" };
const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
let dir: string;
let root: string;
let cache: string;
let files: Record<string, Buffer | string>;
let server: FileServer;

/** An archive with executables of these texts. */
function archive(programs: Record<string, string>): Buffer {
  const at = mkdtempSync(path.join(dir, "archive-"));
  for (const [name, text] of Object.entries(programs)) {
    mkdirSync(path.dirname(path.join(at, name)), { recursive: true });
    writeFileSync(path.join(at, name), text, { mode: 0o755 });
  }
  return execFileSync("tar", ["-czf", "-", "-C", at, "."]);
}

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "release-"));
  [root, cache] = [path.join(dir, "root"), path.join(dir, "cache")];
  for (const [name, version] of Object.entries(PLUGINS)) {
    mkdirSync(path.join(root, "node_modules/@pulumi", name), { recursive: true });
    writeFileSync(path.join(root, "node_modules/@pulumi", name, "package.json"), JSON.stringify({ version }));
  }
  files = { [`/sdk/${CLI}`]: archive({ "pulumi/pulumi": "cli", "pulumi/pulumi-language-nodejs": "host" }) };
  for (const [name, version] of Object.entries(PLUGINS))
    files[`/plugins/pulumi-resource-${name}-v${version}-linux-amd64.tar.gz`] = archive({
      [`pulumi-resource-${name}`]: name,
    });
  files[SUMS] = `${sha256(files[`/sdk/${CLI}`] as Buffer)}  ${CLI}\n`;
  server = await FileServer.start(files);
  process.env.FABRICLAB_PULUMI_RELEASES = server.url;
});
afterEach(async () => {
  delete process.env.FABRICLAB_PULUMI_RELEASES;
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

const run = (): Promise<unknown> => runSteps([pulumiReleaseStep()], { root, cache });
const ctx = (): { root: string; cache: string } => ({ root, cache });

test("the CLI, its language host and the plugins of the SDK's versions are fetched and unpacked, each once", async () => {
  await run();
  expect(readFileSync(path.join(releasedCli(ctx()), "pulumi-language-nodejs"), "utf8")).toBe("host");
  expect(statSync(path.join(releasedCli(ctx()), "pulumi")).mode & 0o111).toBe(0o111);
  for (const name of Object.keys(PLUGINS))
    expect(readFileSync(path.join(releasedPlugin(ctx(), name), `pulumi-resource-${name}`), "utf8")).toBe(name);
  expect(path.basename(releasedPlugin(ctx(), "command"))).toBe("resource-command-v9.8.7");
  expect(server.asked.sort()).toEqual(
    Object.keys(files)
      .map((f) => `GET ${f}`)
      .sort(),
  );
  await run();
  expect(server.asked).toHaveLength(Object.keys(files).length);
});

test("a CLI of another checksum than the published one is refused, and nothing is left to be taken for it", async () => {
  files[SUMS] = `${"0".repeat(64)}  ${CLI}\n`;
  await expect(run()).rejects.toThrow(
    `/sdk/${CLI}: its SHA-256 is ${sha256(files[`/sdk/${CLI}`] as Buffer)}, expected ${"0".repeat(64)}: not used`,
  );
  expect(existsSync(path.join(releasedCli(ctx()), "pulumi"))).toBe(false);
  files[SUMS] = `${sha256(files[`/sdk/${CLI}`] as Buffer)}  ${CLI}\n`;
  await run();
  expect(existsSync(path.join(releasedCli(ctx()), "pulumi"))).toBe(true);
});

test("a list of checksums without the CLI's archive is refused", async () => {
  files[SUMS] = `${"0".repeat(64)}  another.tar.gz\n`;
  await expect(run()).rejects.toThrow(`${SUMS} does not list ${CLI}`);
});

test("a plugin's checksum is recorded, and another archive under the same name is refused later", async () => {
  await run();
  const plugin = "/plugins/pulumi-resource-command-v9.8.7-linux-amd64.tar.gz";
  expect(readFileSync(path.join(cache, "logs", "pulumi-release.log"), "utf8")).toContain(
    `SHA-256 ${sha256(files[plugin] as Buffer)}, recorded`,
  );
  rmSync(path.dirname(releasedCli(ctx())), { recursive: true });
  files[plugin] = archive({ "pulumi-resource-command": "replaced upstream" });
  await expect(run()).rejects.toThrow(
    /resource-command-v9\.8\.7-linux-amd64\.tar\.gz: its SHA-256 is \w{64}, expected \w{64}: not used/,
  );
  expect(existsSync(releasedCli(ctx()))).toBe(false);
});

test("an archive without a language host is refused", async () => {
  files[`/sdk/${CLI}`] = archive({ "pulumi/pulumi": "cli" });
  files[SUMS] = `${sha256(files[`/sdk/${CLI}`] as Buffer)}  ${CLI}\n`;
  await expect(run()).rejects.toThrow("holds no pulumi/pulumi-language-nodejs");
});
