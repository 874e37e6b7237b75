import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { withinBounds } from "../../../provider/drivers/docker/capabilities";
import {
  containerName,
  containerOptions,
  facts,
  keyArchive,
  limits,
  limitsOf,
} from "../../../provider/drivers/docker/container";
import { explain } from "../../../docker/engine";
import { macAddress } from "../../../provider/drivers/docker/endpoint";
import { choosePort } from "../../../provider/drivers/docker/ports";
import { treeName, treesOf, treesScript } from "../../../provider/drivers/docker/seed";
import { machineSpec } from "../../../provider/machine";
import { machineInputs, running } from "./fake-driver";

const owner = { lab: "fabriclab/dev", urn: "urn:leaf1" };

describe("containers", () => {
  const spec = machineSpec(
    machineInputs({ ports: [{ name: "kubernetes-api", port: 6443 }], memoryMiB: 512, cpus: 1.5 }),
  );
  const options = containerOptions(
    owner,
    spec,
    { ssh: 20001, "kubernetes-api": 20002 },
    ["/v/tree:/var/lib/containerd"],
    "fabriclab-dev",
  );

  test("carry owner, resource and machine, and are never privileged", () => {
    expect(options).toMatchObject({
      name: "fabriclab-dev-leaf1",
      Labels: { "fabriclab.owner": "fabriclab/dev", "fabriclab.urn": "urn:leaf1", "fabriclab.machine": "leaf1" },
    });
    expect(options.HostConfig?.Privileged).toBeUndefined();
    expect(options.HostConfig?.CapAdd).toEqual(expect.arrayContaining(["SYS_ADMIN", "NET_ADMIN"]));
    expect(options.HostConfig?.CapAdd).not.toContain("SYS_RESOURCE");
    expect(containerName({ lab: "p/s", urn: "" }, "m")).toBe("p-s-m");
  });

  test("publish their ports on loopback only", () => {
    expect(options.HostConfig?.PortBindings).toEqual({
      "22/tcp": [{ HostIp: "127.0.0.1", HostPort: "20001" }],
      "6443/tcp": [{ HostIp: "127.0.0.1", HostPort: "20002" }],
    });
  });

  test("are read back as they were made", () => {
    const info = {
      Id: "id",
      State: { Running: true },
      Config: { Labels: options.Labels },
      HostConfig: options.HostConfig,
    } as unknown as Parameters<typeof facts>[0];
    expect(facts(info)).toEqual({
      driverId: "id",
      state: "running",
      connection: { host: "127.0.0.1", port: 20001, user: "root" },
      publishedPorts: { ssh: 20001, "kubernetes-api": 20002 },
      memoryMiB: 512,
      cpus: 1.5,
    });
  });

  test("limits: none, some, and taken back from a machine that has them", () => {
    const none = machineSpec(machineInputs());
    expect(limits(none)).toEqual({ Memory: 0, MemorySwap: 0, CpuPeriod: 0, CpuQuota: 0 });
    expect(limits(spec)).toEqual({ Memory: 512 * 2 ** 20, MemorySwap: -1, CpuPeriod: 100_000, CpuQuota: 150_000 });
    expect(limits(none, running)).toEqual(limits(none));
    const back = limits(none, { ...running, memoryMiB: 512, cpus: 1 });
    expect(back.CpuQuota).toBe(-1);
    const info = { HostConfig: back } as unknown as Parameters<typeof limitsOf>[0];
    expect(limitsOf(info)).toEqual({ memoryMiB: null, cpus: null });
  });

  test("keys go in readable by root alone", async () => {
    const tar = extract();
    const seen: Record<string, [string, number]> = {};
    Readable.from([
      await keyArchive({ privateKey: "P", publicKey: "p", hostPrivateKey: "H", hostPublicKey: "h" }),
    ]).pipe(tar);
    for await (const entry of tar) {
      let text = "";
      for await (const chunk of entry) text += String(chunk);
      seen[entry.header.name.replace(/\/$/, "")] = [text, entry.header.mode];
    }
    expect(seen).toEqual({
      "root/.ssh": ["", 0o700],
      "root/.ssh/authorized_keys": ["p\n", 0o600],
      "etc/ssh/ssh_host_ed25519_key": ["H", 0o600],
      "etc/ssh/ssh_host_ed25519_key.pub": ["h\n", 0o644],
    });
  });
});

test("capabilities are those in the engine's bounding set", () => {
  expect(withinBounds("00000000a80425fb\n")).toEqual([
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SYS_CHROOT",
    "MKNOD",
    "AUDIT_WRITE",
    "SETFCAP",
  ]);
  expect(withinBounds("000001ffffffffff")).toHaveLength(37);
  expect(withinBounds("0")).toEqual([]);
});

test("an engine that does not answer is named with the remedy; other errors stay as they are", () => {
  const socket = Object.assign(new Error("connect ENOENT"), {
    code: "ENOENT",
    syscall: "connect",
    address: "/run/docker.sock",
  });
  expect((explain(socket) as Error).message).toBe(
    "Docker does not answer at /run/docker.sock (ENOENT): start it (set-up does so where it may), or let DOCKER_HOST name one that runs",
  );
  const tcp = Object.assign(new Error("x"), {
    code: "ECONNREFUSED",
    syscall: "connect",
    address: "10.0.0.1",
    port: 2375,
  });
  expect((explain(tcp) as Error).message).toMatch(/at 10\.0\.0\.1:2375 \(ECONNREFUSED\)/);
  const other = new Error("no");
  expect(explain(other)).toBe(other);
});

test("a key always gets the same port while it is free, no two keys the same", async () => {
  const ports = await Promise.all(["a", "b", "c", "a"].map((key) => choosePort(key)));
  expect(new Set(ports).size).toBe(4);
  for (const port of ports) expect(port >= 20_000 && port < 32_000).toBe(true);
});

describe("trees in the image store", () => {
  const matches = (lab: string, name: string): boolean =>
    spawnSync("grep", ["-xE", treesOf(lab)], { input: name }).status === 0;
  test("of a lab are found by name, those of a lab with a like name are not", () => {
    const tree = treeName(owner, "k8s-node-l1-1");
    expect(tree).toMatch(/^fabriclab\.dev\.k8s-node-l1-1\.[0-9a-f]{8}$/);
    expect(matches("fabriclab/dev", tree)).toBe(true);
    for (const stack of ["dev.x", "de", "dev1", "x.dev", "d.v"]) {
      expect(matches("fabriclab/dev", treeName({ lab: `fabriclab/${stack}`, urn: "u" }, "n1"))).toBe(false);
      expect(matches(`fabriclab/${stack}`, tree)).toBe(false);
    }
  });

  test("are worked on side by side, and one failure fails all", () => {
    // The script works below /s, which this machine has not: only what is asked for is looked at.
    const functions = `plant() { echo "plant $1"; }; uproot() { [ "$1" != bad ] && echo "uproot $1"; }`;
    const run = (...args: string[]): { status: number | null; stdout: string } =>
      spawnSync("sh", ["-c", treesScript().replace(/^jobs=/m, `${functions}\njobs=`), "helper", ...args], {
        encoding: "utf8",
      });
    expect(run("plant", "a", "uproot", "b").status).toBe(0);
    const failed = run("plant", "a", "uproot", "bad", "uproot", "$(id)");
    expect(failed.status).toBe(1);
    expect(failed.stdout.trim().split("\n").sort()).toEqual(["plant a", "uproot $(id)"]);
  });
});

test("an interface has the same unicast, locally administered address each time", () => {
  const mac = macAddress("fabriclab/dev", "leaf1", "swp1");
  expect(macAddress("fabriclab/dev", "leaf1", "swp1")).toBe(mac);
  expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
  expect(
    new Set(["swp1", "swp2", "swp3"].flatMap((i) => ["leaf1", "leaf2"].map((m) => macAddress("fabriclab/dev", m, i))))
      .size,
  ).toBe(6);
  expect(macAddress("fabriclab/other", "leaf1", "swp1")).not.toBe(mac);
});
