import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { capture } from "../../../common/process";
import { sshArguments, sshFiles } from "../../../ssh/openssh";
import { sshServer } from "./server";

const LOGIN = {
  host: "127.0.0.1",
  port: 22022,
  user: "root",
  privateKey: "secret key\n\n",
  hostKey: "ssh-ed25519 AAAA",
};
const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("fabriclab-ssh-"));

test("the private key is in no file that outlives this process, and other programs of its user can read it meanwhile", () => {
  const before = left();
  const files = sshFiles(LOGIN);
  expect(left()).toEqual(before);
  expect(spawnSync("cat", [files.key, files.knownHosts], { encoding: "utf8" }).stdout).toBe(
    "secret key\n[127.0.0.1]:22022 ssh-ed25519 AAAA\n",
  );
  expect(statSync(files.key).mode & 0o777).toBe(0o600);
  expect(statSync(files.key).nlink).toBe(0);
  files.close();
  expect(() => readFileSync(files.key)).toThrow();
});

const hasSsh = spawnSync("ssh", ["-V"]).status === 0;

(hasSsh ? test : test.skip)("the system's ssh logs in with them", async () => {
  const server = await sshServer((command, channel) => {
    channel.write(`ran ${command}`);
    channel.exit(5);
    channel.end();
  });
  const files = sshFiles(server.login);
  const ended = await capture("ssh", [...sshArguments(server.login, files), "hostname"], {
    cwd: "/",
    env: { PATH: process.env.PATH ?? "" },
  });
  files.close();
  await server.close();
  expect(ended).toEqual({ code: 5, stdout: "ran hostname", stderr: "" });
});
