/** Whoever asks the engine asks the one of the Docker context: a context that only set-up honours splits the lab from its tools. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { docker, dockerHost, forgetDockerHost, useDockerHost } from "../../../docker/client";
import { examine } from "../../../doctor";
import { hasImage } from "../../../images/engine";
import { machinesThere, removeByOwner } from "../../../provider/cleanup";
import { driverOf } from "../../../provider/drivers";
import { missingControlPlane } from "../../../pulumi/control-plane";

const NAMES = ["DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT"];
const saved = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
let dir: string;
let server: Server;
/** What the engine was asked, each "<method> <path without the query>". */
let asked: string[];

/** An engine that has one machine, and nothing else. */
const CONTAINER = { Id: "abc", Names: ["/fabriclab-dev-leaf1"], Labels: { "fabriclab.machine": "leaf1" } };
const DETAILS = {
  Id: "abc",
  State: { Status: "running", Running: true, StartedAt: "2026-01-01T00:00:00Z" },
  HostConfig: {},
  NetworkSettings: { Networks: { lab: { IPAddress: "192.168.201.2" } } },
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/containers/json": [CONTAINER],
  "/containers/abc/json": DETAILS,
  "/info": { ServerVersion: "20.10.24", Driver: "overlay2", DockerRootDir: "/nowhere" },
  "/volumes": { Volumes: [] },
  "/networks": [],
  "/images/x/json": {},
};

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "client-"));
  const socket = path.join(dir, "engine.sock");
  asked = [];
  server = createServer((request, response) => {
    const where = new URL(request.url ?? "", "http://engine").pathname;
    asked.push(`${request.method} ${where}`);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(ANSWERS[where] ?? {}));
  });
  await new Promise<void>((done) => server.listen(socket, done));
  for (const name of NAMES) delete process.env[name];
  const meta = path.join(dir, "contexts", "meta", createHash("sha256").update("mine").digest("hex"));
  mkdirSync(meta, { recursive: true });
  const endpoint = { Name: "mine", Endpoints: { docker: { Host: `unix://${socket}` } } };
  writeFileSync(path.join(meta, "meta.json"), JSON.stringify(endpoint));
  process.env.DOCKER_CONFIG = dir;
  process.env.DOCKER_CONTEXT = "mine";
  // No checkout here: what set-up of the one that the tests run in wrote down would go before the context.
  jest.spyOn(process, "cwd").mockReturnValue(dir);
  forgetDockerHost();
});
afterEach(async () => {
  jest.restoreAllMocks();
  forgetDockerHost();
  for (const name of NAMES)
    if (saved[name] === undefined) delete process.env[name];
    else process.env[name] = saved[name];
  await new Promise((done) => server.close(done));
  rmSync(dir, { recursive: true, force: true });
});

/** A stack whose plan has the machine above as its control plane. */
function stackFile(): string {
  const lab = {
    name: "dev",
    fabric: { spines: [{ name: "spine1", as: 65001 }], leaves: [{ name: "leaf2", as: 65101 }] },
    nodes: [{ name: "leaf1", leaf: "leaf2", role: "control-plane" }],
  };
  const file = path.join(dir, "Pulumi.dev.yaml");
  writeFileSync(file, JSON.stringify({ config: { "fabriclab:lab": lab } }));
  return file;
}

test.each<[string, () => Promise<unknown>, string]>([
  ["inspect", () => machinesThere("fabriclab/dev"), "GET /containers/abc/json"],
  ["down's clean-up", () => removeByOwner("fabriclab/dev"), "DELETE /containers/abc"],
  ["the look for the control plane", () => missingControlPlane("dev", stackFile()), "GET /containers/json"],
  ["doctor", () => examine(dir), "GET /info"],
  ["set-up", () => hasImage("x"), "GET /images/x/json"],
  ["the provider", () => driverOf("docker").read("gone"), "GET /containers/gone/json"],
])("%s asks the engine of the current context", async (_, use, request) => {
  await use().catch(() => undefined); // the engine knows few answers; what counts is that it was asked
  expect(asked).toContain(request);
});

test("a control plane that runs there is not taken for gone", async () => {
  expect(await missingControlPlane("dev", stackFile())).toBeNull();
});

test("what inspect shows of a machine is what the engine says", async () => {
  expect(await machinesThere("fabriclab/dev")).toEqual([
    {
      name: "leaf1",
      state: "running",
      startedAt: "2026-01-01T00:00:00Z",
      address: "192.168.201.2",
      memoryMiB: null,
      cpus: null,
    },
  ]);
});

test("an import connects to nothing, and changes no variable", () => {
  expect(process.env.DOCKER_HOST).toBeUndefined();
  docker();
  expect(process.env.DOCKER_HOST).toBeUndefined();
  expect(asked).toEqual([]);
});

test("set-up may choose another engine for the whole process", () => {
  const before = docker();
  useDockerHost(dockerHost());
  expect(docker()).toBe(before);
  useDockerHost("tcp://user@other:2375");
  expect(docker().modem).toMatchObject({ host: "other", port: "2375" });
  expect(dockerHost()).toBe("tcp://user@other:2375");
});
