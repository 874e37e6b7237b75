import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { fetchFile, publishedChecksums } from "../../../steps/download";
import { FileServer } from "../../e2e/connected/file-server";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
let dir: string;
let server: FileServer;
beforeAll(async () => {
  server = await FileServer.start({
    "/file": "content",
    "/sums": `${sha256("content")}  file\n${sha256("other").toUpperCase()} *other.tar.gz\n\n# a remark\nnot-a-sum  bad\n`,
    "/short": (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    },
    "/never": (_, response) => {
      response.writeHead(200);
      response.write(".");
    },
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "download-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a file with the expected checksum is kept, with its mode", async () => {
  const target = path.join(dir, "deep", "file");
  expect(await fetchFile(`${server.url}/file`, target, { sha256: sha256("content"), mode: 0o755 })).toBe(
    sha256("content"),
  );
  expect(readFileSync(target, "utf8")).toBe("content");
  expect(statSync(target).mode & 0o777).toBe(0o755);
});

test("without an expected checksum the one seen is returned", async () => {
  expect(await fetchFile(`${server.url}/file`, path.join(dir, "file"), { sha256: null })).toBe(sha256("content"));
});

test("another checksum is refused, naming the address and both, and nothing is left", async () => {
  await expect(fetchFile(`${server.url}/file`, path.join(dir, "file"), { sha256: sha256("wanted") })).rejects.toThrow(
    `${server.url}/file: its SHA-256 is ${sha256("content")}, expected ${sha256("wanted")}: not used`,
  );
  expect(readdirSync(dir)).toEqual([]);
});

test("a download that breaks off is refused, and nothing is left", async () => {
  await expect(fetchFile(`${server.url}/short`, path.join(dir, "file"), { sha256: null })).rejects.toThrow(
    `${server.url}/short: broke off`,
  );
  expect(readdirSync(dir)).toEqual([]);
});

test("a download ends when set-up is interrupted", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await expect(
    fetchFile(`${server.url}/never`, path.join(dir, "file"), { sha256: null, signal: stop.signal }),
  ).rejects.toThrow(/abort/);
  expect(readdirSync(dir)).toEqual([]);
});

test("what is not there, and a server that does not answer, are named", async () => {
  await expect(fetchFile(`${server.url}/none`, path.join(dir, "file"), { sha256: null })).rejects.toThrow(
    `${server.url}/none: HTTP 404`,
  );
  await expect(fetchFile("http://127.0.0.1:1/x", path.join(dir, "file"), { sha256: null })).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/x: /,
  );
});

test("a list of checksums: both forms of sha256sum, in lower case, the rest passed over", async () => {
  expect([...(await publishedChecksums(`${server.url}/sums`))]).toEqual([
    ["file", sha256("content")],
    ["other.tar.gz", sha256("other")],
  ]);
});
