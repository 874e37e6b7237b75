import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { chosenDockerHost, DEFAULT_DOCKER_HOST, dockerHostIsChosen, labDockerHost } from "../../../docker/host";

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
  expect(chosenDockerHost()).toBe(DEFAULT_DOCKER_HOST);
  expect(dockerHostIsChosen()).toBe(false);
});

test("the current context names the engine", () => {
  context("rootless", "unix:///run/user/1000/docker.sock");
  current("rootless");
  expect(chosenDockerHost()).toBe("unix:///run/user/1000/docker.sock");
  expect(dockerHostIsChosen()).toBe(true);
});

test("DOCKER_CONTEXT goes before the current context, DOCKER_HOST before both", () => {
  context("a", "tcp://a:2375");
  context("b", "tcp://b:2375");
  current("a");
  process.env.DOCKER_CONTEXT = "b";
  expect(chosenDockerHost()).toBe("tcp://b:2375");
  process.env.DOCKER_HOST = "tcp://c:2375";
  expect(chosenDockerHost()).toBe("tcp://c:2375");
});

test.each(["default", "gone"])("the context %s is the default socket", (name) => {
  current(name);
  expect(chosenDockerHost()).toBe(DEFAULT_DOCKER_HOST);
});

test("a configuration that is no JSON is passed over", () => {
  writeFileSync(path.join(dir, "config.json"), "{");
  expect(chosenDockerHost()).toBe(DEFAULT_DOCKER_HOST);
});

describe("the engine of a checkout's labs", () => {
  const setUp = (host: string): void => {
    writeFileSync(path.join(dir, "Pulumi.yaml"), "name: fabriclab\n");
    mkdirSync(path.join(dir, ".fabriclab"));
    writeFileSync(path.join(dir, ".fabriclab", "setup.json"), JSON.stringify({ dockerHost: host }));
    jest.spyOn(process, "cwd").mockReturnValue(dir);
  };
  afterEach(() => jest.restoreAllMocks());

  test("is where set-up went, whatever context is current now; DOCKER_HOST goes before it", () => {
    setUp("unix:///set-up.sock");
    context("switched", "unix:///other.sock");
    current("switched");
    expect(labDockerHost()).toBe("unix:///set-up.sock");
    expect(chosenDockerHost()).toBe("unix:///other.sock");
    process.env.DOCKER_HOST = "tcp://c:2375";
    expect(labDockerHost()).toBe("tcp://c:2375");
  });

  test("before set-up is that of the current context", () => {
    jest.spyOn(process, "cwd").mockReturnValue(dir);
    context("rootless", "unix:///rootless.sock");
    current("rootless");
    expect(labDockerHost()).toBe("unix:///rootless.sock");
  });
});
