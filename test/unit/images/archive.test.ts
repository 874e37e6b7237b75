import { createHash } from "node:crypto";
import { chmodSync, createReadStream, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { extract, type Header } from "tar-stream";
import { fill, writeArchive, writeLayer } from "../../../images/archive";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "archive-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string): string => path.join(dir, name);
function file(name: string, text: string, mode = 0o644): string {
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
  return at(name);
}
const sha256 = (b: Buffer | string): string => createHash("sha256").update(b).digest("hex");

interface Entry {
  readonly header: Header;
  readonly content: Buffer;
}
async function entries(tar: string): Promise<Map<string, Entry>> {
  const all = new Map<string, Entry>();
  const reader = createReadStream(tar).pipe(extract());
  for await (const e of reader) {
    const chunks: Buffer[] = [];
    for await (const c of e) chunks.push(c as Buffer);
    all.set(e.header.name.replace(/\/$/, ""), { header: e.header, content: Buffer.concat(chunks) });
  }
  return all;
}

describe("layer", () => {
  test("programs and scripts are executable, all else is not", async () => {
    await writeLayer(at("l.tar"), {
      files: {
        "/usr/bin/program": file("program", "\x7fELF", 0o700),
        "/etc/service/run": file("run", "#!/bin/sh\n", 0o444),
        "/etc/conf": file("conf", "a=b\n", 0o600),
        "/etc/empty": file("empty", ""),
      },
    });
    const found = await entries(at("l.tar"));
    expect(
      Object.fromEntries(
        [...found].filter(([, e]) => e.header.type === "file").map(([n, e]) => [n, e.header.mode.toString(8)]),
      ),
    ).toEqual({ "usr/bin/program": "755", "etc/service/run": "755", "etc/conf": "644", "etc/empty": "644" });
    expect(found.get("etc/conf")!.content.toString()).toBe("a=b\n");
  });

  test("every folder above an entry is in it, before the entry, with its mode", async () => {
    await writeLayer(at("l.tar"), {
      files: { "/a/b/c": file("c", "") },
      links: { "/x/y": "/dev/null" },
      texts: { "/root/.ssh/config": { mode: 0o600, text: "k" } },
      directories: ["/tmp", "/opt/cni/bin"],
    });
    const found = await entries(at("l.tar"));
    const names = [...found.keys()];
    const folders = Object.fromEntries(
      [...found].filter(([, e]) => e.header.type === "directory").map(([n, e]) => [n, e.header.mode.toString(8)]),
    );
    expect(folders).toEqual({
      a: "755",
      "a/b": "755",
      opt: "755",
      "opt/cni": "755",
      "opt/cni/bin": "755",
      root: "700",
      "root/.ssh": "700",
      tmp: "1777",
      x: "755",
    });
    for (const name of names)
      if (name.includes("/")) expect(names.indexOf(path.dirname(name))).toBeLessThan(names.indexOf(name));
    expect(found.get("x/y")!.header).toMatchObject({ type: "symlink", linkname: "/dev/null" });
  });

  test("the clock, the order of names and who made the files are not in it", async () => {
    const a = file("a", "1");
    const b = file("b", "2");
    await writeLayer(at("1.tar"), { files: { "/a": a, "/b": b }, links: { "/l": "a", "/m": "b" } });
    utimesSync(a, 1e9, 1e9);
    await writeLayer(at("2.tar"), { links: { "/m": "b", "/l": "a" }, files: { "/b": b, "/a": a } });
    expect(sha256(readFileSync(at("2.tar")))).toBe(sha256(readFileSync(at("1.tar"))));
    for (const { header } of (await entries(at("1.tar"))).values())
      expect([header.uid, header.gid, header.mtime.getTime()]).toEqual([0, 0, 0]);
  });
});

describe("archive", () => {
  test("names each image, its config and its layers by their digests; a shared layer is in it once", async () => {
    const base = file("base.tar", "base");
    const one = file("one.tar", "one");
    await writeArchive(at("a.tar"), [
      {
        tags: ["x/one:1"],
        layers: [base, one],
        command: ["run"],
        environment: ["A=b"],
        stopSignal: "SIGRTMIN+3",
        labels: { k: "v" },
      },
      { tags: ["x/two:1", "x/two:2"], layers: [base], entrypoint: ["/two"], workingDirectory: "/w" },
    ]);
    const found = await entries(at("a.tar"));
    const manifest = JSON.parse(found.get("manifest.json")!.content.toString()) as {
      Config: string;
      RepoTags: string[];
      Layers: string[];
    }[];
    expect(manifest.map((m) => m.RepoTags)).toEqual([["x/one:1"], ["x/two:1", "x/two:2"]]);
    expect(manifest.map((m) => m.Layers)).toEqual([
      [`${sha256("base")}.tar`, `${sha256("one")}.tar`],
      [`${sha256("base")}.tar`],
    ]);
    expect([...found.keys()]).toHaveLength(2 + 2 + 1);
    for (const m of manifest) {
      const config = found.get(m.Config)!.content;
      expect(m.Config).toBe(`${sha256(config)}.json`);
      expect((JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids).toEqual(
        m.Layers.map((l) => `sha256:${l.replace(".tar", "")}`),
      );
    }
    const [first, second] = manifest.map(
      (m) => (JSON.parse(found.get(m.Config)!.content.toString()) as { config: object }).config,
    );
    expect(first).toEqual({
      Env: [expect.stringMatching(/^PATH=/), "A=b"],
      WorkingDir: "/",
      Cmd: ["run"],
      StopSignal: "SIGRTMIN+3",
      Labels: { k: "v" },
    });
    expect(second).toEqual({ Env: [expect.stringMatching(/^PATH=/)], WorkingDir: "/w", Entrypoint: ["/two"] });
  });

  test("two layer files of the same bytes are one layer", async () => {
    await writeArchive(at("a.tar"), [
      { tags: ["x:1"], layers: [file("1.tar", "same")] },
      { tags: ["y:1"], layers: [file("2.tar", "same")] },
    ]);
    expect([...(await entries(at("a.tar"))).keys()].filter((n) => n.endsWith(".tar"))).toEqual([
      `${sha256("same")}.tar`,
    ]);
  });
});

describe("fill", () => {
  test("replaces every place of a name", () =>
    expect(fill(file("t", "a=@A@ b=@A@ c=@B@"), { A: "1", B: "2" })).toBe("a=1 b=1 c=2"));
  test("refuses a name that has no place", () =>
    expect(() => fill(file("t", "a=@A@"), { A: "1", C: "2" })).toThrow(/no place for C/));
});
