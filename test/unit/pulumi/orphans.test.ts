import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { endOrphanedPlugins } from "../../../pulumi/orphans";

let home: string;
let engine: Server;
const started: ChildProcess[] = [];

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "fabriclab-home-"));
  engine = createServer().listen(0, "127.0.0.1");
  await once(engine, "listening");
});
afterEach(() => {
  for (const each of started.splice(0)) each.kill("SIGKILL");
  engine.close();
  rmSync(home, { recursive: true, force: true });
});

/** A process that looks like a plugin which this engine started; it has said that it runs. */
async function plugin(folder: string): Promise<ChildProcess> {
  const file = path.join(home, folder, "pulumi-resource-some");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\necho ready\nread -r _\n");
  chmodSync(file, 0o755);
  const { port } = engine.address() as AddressInfo;
  const child = spawn(file, [`127.0.0.1:${port}`], { stdio: ["pipe", "pipe", "ignore"] });
  started.push(child);
  await once(child.stdout, "data");
  return child;
}

test("a plugin is left alone while its engine listens, and is ended when the engine is gone", async () => {
  const child = await plugin("plugins/resource-some-v1.0.0");
  expect(await endOrphanedPlugins(home)).toEqual([]);
  engine.close();
  await once(engine, "close");
  const ended = once(child, "exit");
  expect(await endOrphanedPlugins(home)).toEqual([child.pid]);
  expect(await ended).toEqual([null, "SIGTERM"]);
});

test("a program that is no plugin of this Pulumi home is left alone", async () => {
  const child = await plugin("elsewhere");
  engine.close();
  await once(engine, "close");
  expect(await endOrphanedPlugins(home)).toEqual([]);
  expect(child.exitCode).toBeNull();
});
