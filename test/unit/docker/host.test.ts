import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { adoptDockerHost, DEFAULT_DOCKER_HOST, dockerHost, dockerHostIsChosen } from "../../../docker/host";

const NAMES = ["DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT"];
const saved = Object.fromEntries(NAMES.map((n) => [n, process.env[n]]));
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "docker-"));
  for (const n of NAMES) delete process.env[n];
  process.env.DOCKER_CONFIG = dir;
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
  for (const n of NAMES)
    if (saved[n] === undefined) delete process.env[n];
    else process.env[n] = saved[n];
});

function context(name: string, host: string): void {
  const at = path.join(dir, "contexts", "meta", createHash("sha256").update(name).digest("hex"));
  mkdirSync(at, { recursive: true });
  writeFileSync(path.join(at, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}
const current = (name: string): void =>
  writeFileSync(path.join(dir, "config.json"), JSON.stringify({ currentContext: name }));

test("without any choice it is the default socket", () => {
  expect(dockerHost()).toBe(DEFAULT_DOCKER_HOST);
  expect(dockerHostIsChosen()).toBe(false);
  adoptDockerHost();
  expect(process.env.DOCKER_HOST).toBeUndefined();
});

test("the current context names the engine, and is handed on", () => {
  context("rootless", "unix:///run/user/1000/docker.sock");
  current("rootless");
  expect(dockerHost()).toBe("unix:///run/user/1000/docker.sock");
  expect(dockerHostIsChosen()).toBe(true);
  adoptDockerHost();
  expect(process.env.DOCKER_HOST).toBe("unix:///run/user/1000/docker.sock");
});

test("DOCKER_CONTEXT goes before the current context, DOCKER_HOST before both", () => {
  context("a", "tcp://a:2375");
  context("b", "tcp://b:2375");
  current("a");
  process.env.DOCKER_CONTEXT = "b";
  expect(dockerHost()).toBe("tcp://b:2375");
  process.env.DOCKER_HOST = "tcp://c:2375";
  expect(dockerHost()).toBe("tcp://c:2375");
});

test.each(["default", "gone"])("the context %s is the default socket", (name) => {
  current(name);
  expect(dockerHost()).toBe(DEFAULT_DOCKER_HOST);
});

test("a configuration that is no JSON is passed over", () => {
  writeFileSync(path.join(dir, "config.json"), "{");
  expect(dockerHost()).toBe(DEFAULT_DOCKER_HOST);
});
