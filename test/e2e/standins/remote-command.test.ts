import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { generateKeyPair } from "../../../provider/keys";
import { built, suite } from "./binaries";
import { source, SshServer } from "./ssh-server";
import { Workspace } from "./workspace";

suite({ pulumi: built("pulumi", "pulumi"), "an OpenSSH server": source() })(
  "command:remote with a real engine and a real sshd",
  () => {
    let w: Workspace;
    let server: SshServer;
    beforeAll(async () => {
      [w, server] = await Promise.all([Workspace.open(), SshServer.start()]);
    });
    afterAll(async () => {
      await w?.close();
      await server?.stop();
    });
    const command = (args: string, connection = server.connection()): void =>
      w.program(
        `const c = new command.remote.Command("c", { connection: ${connection}, ${args} }); exports.out = c.stdout;`,
      );

    test("create, update, delete; input, output, environment that the server takes", async () => {
      const at = path.join(server.dir, "work", "journal");
      const all = `update: "echo update >> ${at}; cat", delete: "echo delete >> ${at}"`;
      command(
        `create: "cat; echo $LAB_FLAVOUR; echo oops >&2", ${all}, stdin: "given\\n", environment: { LAB_FLAVOUR: "sweet" }`,
      );
      await w.up();
      expect(JSON.parse((await w.pulumi(["stack", "output", "--json", "--show-secrets"])).stdout)).toEqual({
        out: "given\nsweet",
      });
      command(`create: "never", ${all}, stdin: "again", environment: { LAB_FLAVOUR: "sweet" }`);
      await w.up();
      expect(JSON.parse((await w.pulumi(["stack", "output", "--json", "--show-secrets"])).stdout)).toEqual({
        out: "again",
      });
      w.program("");
      await w.up();
      expect(readFileSync(at, "utf8")).toBe("update\ndelete\n");
    });

    test("the state holds neither key nor output in clear, since the SDK makes the connection secret", async () => {
      command(`create: "echo shown-by-nobody", logging: "none"`);
      await w.up();
      const raw = await w.rawState();
      expect(raw).not.toMatch(/PRIVATE KEY/);
      expect(
        JSON.stringify(
          (
            JSON.parse(raw) as { deployment: { resources: { outputs?: { stdout?: unknown } }[] } }
          ).deployment.resources.map((r) => r.outputs?.stdout ?? null),
        ),
      ).not.toMatch(/shown-by-nobody/);
      expect((await w.state(true)).c!.outputs!.stdout).toEqual(
        expect.objectContaining({ plaintext: '"shown-by-nobody"' }),
      );
    });

    test("a variable that the server does not take is an error, as with the official plugin", async () => {
      command(`create: "true", environment: { OTHER: "x" }`);
      expect(await w.fails()).toMatch(/could not set environment variable "OTHER".*AcceptEnv/);
    });

    test("a failure shows status and output", async () => {
      command(`create: "echo to out; echo to err >&2; exit 7"`);
      const said = await w.fails();
      expect(said).toMatch(/exit status 7/);
      expect(said).toMatch(/to out/);
      expect(said).toMatch(/to err/);
    });

    test("another host key, and a key that the server does not know, fail at once", async () => {
      const begun = Date.now();
      const other = generateKeyPair("other");
      command(`create: "true"`, server.connection(`hostKey: ${JSON.stringify(other.public)}`));
      expect(await w.fails()).toMatch(/the server's key is not the expected one/);
      command(`create: "true"`, server.connection(`privateKey: ${JSON.stringify(other.private)}`));
      const said = await w.fails();
      expect(said).toMatch(/the key or password was refused/);
      expect(said).not.toMatch(/PRIVATE KEY/);
      expect(Date.now() - begun).toBeLessThan(20_000);
    });

    test("no server: as many attempts as dialErrorLimit says", async () => {
      command(
        `create: "true"`,
        `{ host: "127.0.0.1", port: 1, user: "root", password: "x", dialErrorLimit: 2, perDialTimeout: 1 }`,
      );
      expect(await w.fails()).toMatch(/127\.0\.0\.1:1: .*ECONNREFUSED.*\(2 attempts\)/);
    });

    test("40 commands at a time on one server, which allows 10 sessions a connection", async () => {
      w.program(
        `for (let i = 0; i < 40; i++) new command.remote.Command("c" + i, { connection: ${server.connection()}, create: "sleep 1; echo " + i, logging: "none" });`,
      );
      const begun = Date.now();
      await w.up();
      const seconds = (Date.now() - begun) / 1000;
      const state = await w.state(true);
      expect(Object.values(state).filter((r) => r.type === "command:remote:Command")).toHaveLength(40);
      console.log(`40 remote commands of 1 s: ${seconds.toFixed(1)} s`);
      expect(seconds).toBeLessThan(25);
    });

    test("CopyToRemote: folders, their contents, files, texts; an unchanged source is not sent again", async () => {
      const from = w.file("from");
      const to = path.join(server.dir, "work", "copies");
      mkdirSync(path.join(from, "below"), { recursive: true });
      writeFileSync(path.join(from, "a"), "file a");
      writeFileSync(path.join(from, "below", "b"), "file b");
      const copy = (name: string, src: string, at: string): string =>
        `new command.remote.CopyToRemote("${name}", { connection: ${server.connection()}, source: ${src}, remotePath: ${JSON.stringify(path.join(to, at))} });`;
      w.program(
        [
          copy("folder", `new pulumi.asset.FileArchive(${JSON.stringify(from)})`, "one"),
          copy("inside", `new pulumi.asset.FileArchive(${JSON.stringify(`${from}/`)})`, "two"),
          copy("file", `new pulumi.asset.FileAsset(${JSON.stringify(path.join(from, "a"))})`, "three/name"),
          copy("text", `new pulumi.asset.StringAsset("words")`, "four"),
        ].join("\n"),
      );
      await w.up();
      const read = (at: string): string => readFileSync(path.join(to, at), "utf8");
      expect([
        read("one/from/a"),
        read("one/from/below/b"),
        read("two/a"),
        read("two/below/b"),
        read("three/name"),
        read("four"),
      ]).toEqual(["file a", "file b", "file a", "file b", "file a", "words"]);
      expect((await w.up()).stdout).toMatch(/5 unchanged/);
      writeFileSync(path.join(from, "a"), "file a, changed");
      expect(
        Object.entries(await w.preview())
          .filter(([, s]) => s.op === "update")
          .map(([n]) => n)
          .sort(),
      ).toEqual(["file", "folder", "inside"]);
      await w.up();
      expect([read("one/from/a"), read("three/name")]).toEqual(["file a, changed", "file a, changed"]);
    });
  },
);
