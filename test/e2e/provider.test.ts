/**
 * The provider plugin with a real container engine, driven as the Pulumi engine drives it: machines and cables made, broken by hand, repaired, limited,
 * interrupted, removed. Needs what set-up makes (images, image store); without it every test says so.
 */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "ssh2";
import { docker } from "../../docker/client";
import { removeByOwner } from "../../provider/cleanup";
import { runHelper } from "../../provider/drivers/docker/engine";
import type { Properties } from "../../provider/protocol/values";
import { ProviderClient, type InitFailed, type Kept } from "./provider-client";

/** Names and subnets of this process: a run beside it, of another checkout, is not disturbed. */
const RUN = process.pid;
const LAB = `fabriclab/provider-test-${RUN}`;
const PREFIX = `fabriclab-provider-test-${RUN}`;
const SUBNET = `10.203.${RUN % 128}.0/24`;
const UPPER_HALF = SUBNET.replace("0/24", "128/25");
const OTHER_SUBNET = `10.203.${(RUN % 128) + 128}.0/24`;
const plugin = path.join(__dirname, "..", "..", "provider", "main.js");
const setupFile = path.join(process.cwd(), ".fabriclab", "setup.json");
interface Setup {
  images: { switch: string; node: string };
  imageStore: { volume: string };
}
const setup = existsSync(setupFile) ? (JSON.parse(readFileSync(setupFile, "utf8")) as Setup) : null;
if (setup === null) console.warn(`skipped: no ${setupFile} (npm run setup makes it, and what the tests need)`);
const lab = setup === null ? describe.skip : describe;

const network = { name: PREFIX, subnet: SUBNET };
const machine = (name: string, more: Properties = {}): Properties => ({
  name,
  hostname: `${name}.lab.local`,
  image: setup!.images.switch,
  network,
  ...more,
});
const end = (m: Kept, name: string): Properties => ({
  machine: m.state.driverId!,
  name: m.inputs.name!,
  interface: name,
});
const exec = async (name: string, ...command: string[]): Promise<string> => {
  const run = await docker()
    .getContainer(`${PREFIX}-${name}`)
    .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await run.start({ Tty: true });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text.replace(/\r/g, "");
};
const trees = async (): Promise<string[]> =>
  (
    await runHelper({
      lab: LAB,
      image: setup!.images.node,
      script: "ls /s/machines 2>/dev/null || true",
      host: { NetworkMode: "none", Binds: [`${setup!.imageStore.volume}:/s`] },
    })
  )
    .split("\n")
    .filter((l) => l.startsWith(`fabriclab.provider-test-${RUN}.`));
const left = async (): Promise<string[]> => [
  ...(await docker().listContainers({ all: true })).flatMap((c) => c.Names).filter((n) => n.includes(PREFIX)),
  ...(await docker().listNetworks()).map((n) => n.Name).filter((n) => n.includes(PREFIX)),
  ...(await trees()),
];

interface Connection {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  hostKey: string;
}
/** Logs in with the key of the state, to the host key of the state and no other. */
const ssh = (m: Kept, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const c = m.state.connection as unknown as Connection;
    const client = new Client();
    client
      .on("error", reject)
      .on("ready", () =>
        client.exec(command, (error, stream) => {
          if (error !== undefined) {
            reject(error);
            return;
          }
          let text = "";
          stream
            .on("data", (d: Buffer) => {
              text += d.toString();
            })
            .on("close", () => {
              client.end();
              resolve(text.trim());
            });
        }),
      )
      .connect({
        host: c.host,
        port: c.port,
        username: c.user,
        privateKey: c.privateKey,
        hostVerifier: (key: Buffer) => key.toString("base64") === c.hostKey.split(" ")[1],
      });
  });

lab("provider plugin with a real engine", () => {
  let provider: ProviderClient;
  const kept: Record<string, Kept> = {};
  let cable: Kept;
  let cableInputs: Properties;

  beforeAll(async () => {
    await removeByOwner(LAB);
    provider = await ProviderClient.start(plugin, LAB);
  });
  afterAll(async () => {
    provider.stop();
    await removeByOwner(LAB);
  });

  test("inputs are refused with property path, value and rule, all at once", async () => {
    const { failures } = await provider.check("Machine", {
      ...machine("Leaf_1"),
      network: { name: "n", subnet: "10.0.0.0" },
      ports: [{ name: "ssh", port: 70000 }],
      colour: "red",
    });
    expect(failures).toEqual(
      expect.arrayContaining([
        'name: "Leaf_1": an RFC 1123 label: a-z, 0-9 and -, at most 63 characters',
        'network.subnet: "10.0.0.0": an IPv4 prefix such as 192.168.200.0/24',
        'ports[0].name: "ssh": SSH is always published under this name: choose another',
        "ports[0].port: 70000: a whole number from 1 to 65535",
        "colour: a Machine has no such property",
      ]),
    );
    expect(failures).toHaveLength(5);
  });

  test("machines come up side by side and answer SSH with the keys of their state", async () => {
    const begun = Date.now();
    const node = machine("n1", {
      image: setup!.images.node,
      ports: [{ name: "kubernetes-api", port: 6443 }],
      seed: { volume: setup!.imageStore.volume, path: "/var/lib/containerd" },
    });
    for (const m of await Promise.all(
      [machine("s1"), machine("s2"), machine("s3"), node].map((inputs) => provider.create("Machine", inputs)),
    ))
      kept[m.inputs.name as string] = m;
    console.info(`4 machines: ${Date.now() - begun} ms`);
    for (const [name, m] of Object.entries(kept)) expect(await ssh(m, "hostname")).toMatch(new RegExp(`^${name}`));
    expect(JSON.stringify(kept.n1!.raw.connection)).toContain("1b47061264138c4ac30d75fd1eb44270"); // the mark of a secret
    expect(kept.n1!.state.publishedPorts).toEqual({ ssh: expect.any(Number), "kubernetes-api": expect.any(Number) });
    expect(await ssh(kept.n1!, "ls /var/lib/containerd | wc -l")).not.toBe("0");
    expect(await trees()).toHaveLength(1);
    expect((await docker().getContainer(kept.s1!.id).inspect()).Config.Labels).toMatchObject({
      "fabriclab.owner": LAB,
      "fabriclab.urn": provider.urn("Machine", "s1"),
      "fabriclab.machine": "s1",
    });
  });

  test("an unchanged machine is no difference, and a refresh finds it as it is", async () => {
    expect(await provider.diff("Machine", kept.s1!, machine("s1"))).toEqual({ detailed: {}, replaces: [] });
    const seen = (await provider.read("Machine", kept.s1!))!;
    expect(seen.state).toEqual(kept.s1!.state);
    expect(seen.inputs).toEqual(kept.s1!.inputs);
  });

  test("a cable connects two machines, and plugging it again leaves it as it is", async () => {
    cableInputs = { a: end(kept.s1!, "swp1"), b: end(kept.s2!, "swp51"), mtu: 9000 };
    cable = await provider.create("Link", cableInputs);
    const first = await exec("s1", "ip", "-o", "link", "show", "swp1");
    expect(first).toMatch(/mtu 9000 .*state UP .*link\/ether 02:/);
    await exec("s1", "ip", "addr", "add", "10.9.9.1/24", "dev", "swp1");
    await exec("s2", "ip", "addr", "add", "10.9.9.2/24", "dev", "swp51");
    expect(await exec("s1", "ping", "-c1", "-W2", "10.9.9.2")).toContain("1 received");
    await provider.create("Link", cableInputs);
    // Not even its index is another.
    expect(await exec("s1", "ip", "-o", "link", "show", "swp1")).toBe(first);
    expect((await provider.read("Link", cable))!.state).toEqual({ ...cable.state, state: "connected" });
  });

  test("MTU and admin state changed by hand show as such, and are put right in place", async () => {
    await exec("s2", "ip", "link", "set", "swp51", "mtu", "1400", "down");
    const seen = (await provider.read("Link", cable))!;
    expect(seen.inputs).toMatchObject({ mtu: 1400, up: false, state: "uneven" });
    // The second look has what the first one found for its inputs, and must not take the other end for the news.
    expect(await provider.read("Link", seen)).toEqual(seen);
    expect(await provider.diff("Link", seen, cableInputs)).toEqual({
      detailed: { mtu: "update", up: "update", state: "update" },
      replaces: [],
    });
    cable = await provider.update("Link", seen, cableInputs);
    expect((await provider.read("Link", cable))!.inputs).toMatchObject({ mtu: 9000, up: true });
  });

  test("another end is another cable", async () => {
    expect((await provider.diff("Link", cable, { ...cableInputs, b: end(kept.s3!, "swp9") })).replaces).toEqual([
      "b.interface",
      "b.machine",
      "b.name",
    ]);
  });

  test("a machine stopped by hand is shown and started again: same ports and keys, its cable comes back with its addresses' interface", async () => {
    const mac = /link\/ether (\S+)/.exec(await exec("s1", "ip", "-o", "link", "show", "swp1"))![1];
    await docker().getContainer(kept.s1!.id).stop({ t: 3 });
    const stopped = (await provider.read("Machine", kept.s1!))!;
    const unplugged = (await provider.read("Link", cable))!;
    expect(stopped.state.state).toBe("stopped");
    expect(unplugged.state.state).toBe("missing");
    await expect(provider.update("Link", unplugged, cableInputs)).rejects.toThrow(
      /s1 swp1 - s2 swp51: s1 is not running: run `pulumi refresh`/,
    );
    expect(await provider.diff("Machine", stopped, machine("s1"))).toEqual({
      detailed: { state: "update" },
      replaces: [],
    });
    kept.s1 = await provider.update("Machine", stopped, machine("s1"));
    expect(kept.s1.state).toEqual({ ...stopped.state, state: "running" });
    expect(await ssh(kept.s1, "hostname")).toMatch(/^s1/);
    cable = await provider.update("Link", unplugged, cableInputs);
    expect(await exec("s1", "ip", "-o", "link", "show", "swp1")).toContain(mac);
  });

  test("limits are those of the engine, and a difference that needs no other machine; identity does", async () => {
    const limited = machine("s2", { memoryMiB: 512, cpus: 0.5 });
    expect(await provider.diff("Machine", kept.s2!, limited)).toEqual({
      detailed: { memoryMiB: "add", cpus: "add" },
      replaces: [],
    });
    kept.s2 = await provider.update("Machine", kept.s2!, limited);
    expect((await docker().getContainer(kept.s2.id).inspect()).HostConfig).toMatchObject({
      Memory: 512 * 2 ** 20,
      CpuQuota: 50_000,
    });
    expect((await provider.read("Machine", kept.s2))!.inputs).toEqual({ ...limited, state: "running" });
    expect(await provider.diff("Machine", kept.s2, machine("s2", { hostname: "other" }))).toMatchObject({
      replaces: ["hostname"],
    });
  });

  test("what is somebody else's is named, and left alone", async () => {
    const foreign = await docker().createContainer({ name: `${PREFIX}-s9`, Image: setup!.images.switch });
    try {
      await expect(provider.create("Machine", machine("s9"))).rejects.toThrow(
        `name: Docker already has a container "${PREFIX}-s9" that is not of ${LAB}: remove it (docker rm -f ${PREFIX}-s9)`,
      );
      await foreign.inspect();
    } finally {
      await foreign.remove({ force: true });
    }
    await expect(
      provider.create("Machine", machine("s9", { network: { name: "fabriclab-other", subnet: UPPER_HALF } })),
    ).rejects.toThrow(
      `network.subnet: ${UPPER_HALF} overlaps ${SUBNET} of Docker network "${PREFIX}" of this lab: destroy the lab first`,
    );
    await expect(provider.create("Machine", machine("s9", { image: "fabriclab/none:0" }))).rejects.toThrow(
      'image: Docker has no image "fabriclab/none:0": run set-up again',
    );
    await expect(
      provider.create("Machine", machine("s9", { seed: { volume: "fabriclab-none", path: "/x" } })),
    ).rejects.toThrow('seed.volume: there is no Docker volume "fabriclab-none": run set-up again');
  });

  test("a machine that dies at once is an error at once, with its last output, and is in the state to be removed", async () => {
    const broken = `fabriclab/test-broken:${RUN}`;
    const template = await docker().createContainer({ Image: setup!.images.switch });
    await template.commit({
      repo: "fabriclab/test-broken",
      tag: `${RUN}`,
      changes: 'ENTRYPOINT ["sh", "-c", "echo no file descriptor left; sleep 0.3; exit 3"]',
    });
    await template.remove();
    try {
      const failed = (await provider
        .create("Machine", machine("s8", { image: broken }))
        .catch((error: Error) => error)) as InitFailed;
      expect(failed.message).toMatch(
        /s8: SSH does not answer on 127\.0\.0\.1:\d+: the machine stopped by itself; last output of the machine:\nno file descriptor left/,
      );
      await provider.delete("Machine", failed.kept);
      await expect(docker().getContainer(`${PREFIX}-s8`).inspect()).rejects.toThrow(/No such container/);
    } finally {
      await docker().getImage(broken).remove({ force: true });
    }
  });

  test("another management subnet: the machines move one by one", async () => {
    const moved = { name: PREFIX, subnet: OTHER_SUBNET };
    expect((await provider.diff("Machine", kept.s3!, machine("s3", { network: moved }))).replaces).toEqual([
      "network.subnet",
    ]);
    await provider.delete("Machine", kept.s3!);
    kept.s3 = await provider.create("Machine", machine("s3", { network: moved }));
    expect(await ssh(kept.s3, "hostname")).toMatch(/^s3/);
    await provider.delete("Machine", kept.s3);
    expect((await docker().listNetworks()).map((n) => n.Name).filter((n) => n.startsWith(PREFIX))).toEqual([PREFIX]);
  });

  test("a machine removed by hand is gone for a refresh; removing it is no error", async () => {
    await docker().getContainer(kept.n1!.id).remove({ force: true, v: true });
    expect(await provider.read("Machine", kept.n1!)).toBeNull();
    await provider.delete("Machine", kept.n1!);
    expect(await trees()).toEqual([]);
  });

  test("an interrupt ends the wait and keeps what was made; the next run goes on with it, or makes it anew where its state was lost too", async () => {
    const first = await ProviderClient.start(plugin, LAB);
    const creating = first.create("Machine", machine("s4")).catch((error: Error) => error);
    while ((await docker().listContainers({ filters: { name: [`${PREFIX}-s4`] } })).length === 0) await sleep(2);
    await first.cancel();
    const ended = (await creating) as InitFailed;
    first.stop();
    expect(ended.message).toMatch(
      /s4: SSH does not answer on .*: the wait was interrupted; run `up` again to go on with it/,
    );
    const goneOn = await provider.update("Machine", ended.kept, machine("s4"));
    expect(goneOn.id).toBe(ended.kept.id);
    expect(await ssh(goneOn, "hostname")).toMatch(/^s4/);
    kept.s4 = await provider.create("Machine", machine("s4"));
    expect(kept.s4.id).not.toBe(goneOn.id);
    expect(await ssh(kept.s4, "hostname")).toMatch(/^s4/);
  });

  test("everything made goes, the network with the last machine", async () => {
    await provider.delete("Link", cable);
    await Promise.all(["s1", "s2", "s4"].map((name) => provider.delete("Machine", kept[name]!)));
    expect(await left()).toEqual([]);
    await Promise.all(["s1", "s2"].map((name) => provider.delete("Machine", kept[name]!)));
  });

  test("without a state, the labels find everything", async () => {
    await Promise.all([
      provider.create("Machine", machine("s1")),
      provider.create(
        "Machine",
        machine("n1", {
          image: setup!.images.node,
          seed: { volume: setup!.imageStore.volume, path: "/var/lib/containerd" },
        }),
      ),
    ]);
    expect((await removeByOwner(LAB)).sort()).toEqual([
      `container ${PREFIX}-n1`,
      `container ${PREFIX}-s1`,
      "image store of n1",
      `network ${PREFIX}`,
    ]);
    expect(await left()).toEqual([]);
  });
});
