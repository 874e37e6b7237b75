import { NotReady } from "../../../provider/drivers/driver";
import { machineResource, machineSpec } from "../../../provider/machine";
import { PartialFailure, type Resource } from "../../../provider/protocol/serve";
import { hasSecret, plainProperties, UNKNOWN, type Properties } from "../../../provider/protocol/values";
import { FakeDriver, machineChecked, machineInputs, operation, running } from "./fake-driver";

const owner = { lab: "fabriclab/dev", urn: operation("Machine", "leaf1").urn.urn };
let driver: FakeDriver;
/** Drivers that were asked for. */
let named: string[];
let machine: Resource;
beforeEach(() => {
  driver = new FakeDriver();
  named = [];
  machine = machineResource((name) => {
    named.push(name);
    return driver;
  });
});

const made = async (more: Properties = {}): Promise<{ id: string; state: Properties }> =>
  machine.create(operation("Machine", "leaf1"), machineChecked(more));
const diff = async (
  before: { inputs: Properties; state: Properties },
  after: Properties,
  ignore: string[] = [],
): Promise<{ changes: object; replace: readonly string[] | undefined; first: boolean | undefined }> => {
  const d = await machine.diff(operation("Machine", "leaf1").urn, "c0ffee", before, after, ignore);
  return { changes: Object.fromEntries(d.changes), replace: d.replace, first: d.deleteBeforeReplace };
};

test("the state it is meant to be in is an input that the check gives, not the program", async () => {
  expect(await machine.check(operation("Machine", "leaf1").urn, machineInputs(), () => null, Buffer.alloc(0))).toEqual({
    inputs: machineChecked(),
    failures: [],
  });
  expect(
    (await machine.check(operation("Machine", "leaf1").urn, machineChecked(), () => null, Buffer.alloc(0))).failures,
  ).toEqual([{ property: "state", reason: "state: a Machine has no such property" }]);
});

describe("create", () => {
  test("a preview makes nothing and tells what is known", async () => {
    const { id, state } = await machine.create(operation("Machine", "leaf1", true), machineChecked());
    expect(driver.calls).toEqual([]);
    expect(id).toBe("");
    expect(state).toEqual({
      ...machineChecked(),
      driverId: UNKNOWN,
      publishedPorts: UNKNOWN,
      connection: { host: "127.0.0.1", port: UNKNOWN, user: "root", privateKey: UNKNOWN, hostKey: UNKNOWN },
    });
  });

  test("the driver gets the whole spec and new keys; the private one is a secret of the state", async () => {
    const { id, state } = await made({ cpus: 2 });
    const [name, by, spec, keys] = driver.calls[0] as [
      string,
      object,
      object,
      { privateKey: string; hostPublicKey: string; hostPrivateKey: string },
    ];
    expect([name, by]).toEqual(["create", owner]);
    expect(spec).toEqual({ ...machineInputs(), ports: [], seed: null, kernel: null, memoryMiB: null, cpus: 2 });
    expect(id).toBe("c0ffee");
    const connection = state.connection as Properties;
    expect(hasSecret(connection.privateKey)).toBe(true);
    expect(plainProperties(state)).toMatchObject({
      driverId: "c0ffee",
      state: "running",
      publishedPorts: { ssh: 20022 },
      connection: {
        host: "127.0.0.1",
        port: 20022,
        user: "root",
        privateKey: keys.privateKey,
        hostKey: keys.hostPublicKey,
      },
    });
    expect(JSON.stringify(state)).not.toContain(keys.hostPrivateKey.split("\n")[3]);
  });

  test("a machine that does not answer is kept in the state, with its keys", async () => {
    driver.fails = new NotReady("leaf1: SSH does not answer", running);
    const error = (await made().catch((e: unknown) => e)) as PartialFailure;
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error).toMatchObject({ message: "leaf1: SSH does not answer", id: "c0ffee", inputs: machineChecked() });
    expect(hasSecret((error.state.connection as Properties).privateKey)).toBe(true);
  });

  test("one that could not be made is not", async () => {
    driver.fails = new Error("image: there is none");
    const error: unknown = await made().catch((e: unknown) => e);
    expect((error as Error).message).toBe("image: there is none");
    expect(error).not.toBeInstanceOf(PartialFailure);
  });
});

describe("the driver", () => {
  const inputs = machineChecked({ driver: "other" });

  test("is chosen by name, and asked about its own machines", async () => {
    const op = operation("Machine", "leaf1");
    const { id, state } = await machine.create(op, inputs);
    await machine.read(op, id, inputs, state);
    await machine.update(op, id, { inputs, state }, inputs);
    await machine.delete(op, id, inputs, state);
    expect(new Set(named)).toEqual(new Set(["other"]));
  });

  test("of a machine that names none is docker", async () => {
    await made();
    expect(named).toEqual(["docker"]);
  });

  test("of a lab that was made before machines had one is no difference, be it written out now or not", async () => {
    const { state } = await made();
    for (const now of [machineChecked(), machineChecked({ driver: "docker" })])
      expect(await diff({ inputs: machineChecked(), state }, now)).toEqual({ changes: {}, replace: [], first: true });
    const written = machineChecked({ driver: "docker" });
    expect((await diff({ inputs: written, state }, machineChecked())).changes).toEqual({});
  });

  test("can't change: another driver's machine is another machine", async () => {
    const { state } = await made();
    expect(await diff({ inputs: machineChecked(), state }, inputs)).toEqual({
      changes: { driver: "update" },
      replace: ["driver"],
      first: true,
    });
  });

  test("says in a preview where the machine will be reached; one that is not known yet can't", async () => {
    const { state } = await machine.create(operation("Machine", "leaf1", true), machineChecked({ driver: UNKNOWN }));
    expect(state.connection).toMatchObject({ host: UNKNOWN, user: UNKNOWN });
    expect(named).toEqual([]);
  });
});

describe("diff", () => {
  test("nothing changed: nothing differs, secrets or not", async () => {
    const { state } = await made();
    expect(await diff({ inputs: machineChecked(), state }, machineChecked())).toEqual({
      changes: {},
      replace: [],
      first: true,
    });
  });

  test.each<[string, Properties]>([
    ["image", { image: "fabriclab/switch:2" }],
    ["hostname", { hostname: "other" }],
    ["name", { name: "leaf2" }],
    ["network.subnet", { network: { name: "fabriclab-dev", subnet: "10.1.0.0/24" } }],
  ])("another %s is another machine", async (path, more) => {
    const { state } = await made();
    expect(await diff({ inputs: machineChecked(), state }, machineChecked(more))).toEqual({
      changes: { [path]: "update" },
      replace: [path],
      first: true,
    });
  });

  test("a port or a seed more is another machine", async () => {
    const { state } = await made();
    expect(
      (
        await diff(
          { inputs: machineChecked({ ports: [] }), state },
          machineChecked({ ports: [{ name: "a", port: 1 }] }),
        )
      ).replace,
    ).toEqual(["ports[0]"]);
    expect(
      (await diff({ inputs: machineChecked(), state }, machineChecked({ seed: { volume: "v", path: "/x" } }))).replace,
    ).toEqual(["seed"]);
  });

  test("limits change in place", async () => {
    const { state } = await made({ cpus: 1 });
    expect(await diff({ inputs: machineChecked({ cpus: 1 }), state }, machineChecked({ memoryMiB: 256 }))).toEqual({
      changes: { cpus: "delete", memoryMiB: "add" },
      replace: [],
      first: true,
    });
  });

  test("a stopped machine differs in its state, whatever is ignored elsewhere", async () => {
    const { state } = await made();
    expect(
      await diff(
        { inputs: { ...machineChecked(), state: "stopped" }, state: { ...state, state: "stopped" } },
        machineChecked({ image: "new" }),
        ["image"],
      ),
    ).toEqual({ changes: { state: "update" }, replace: [], first: true });
  });
});

describe("read", () => {
  test("a machine that is gone", async () => {
    const { state } = await made();
    driver.vanish("c0ffee");
    expect(await machine.read(operation("Machine", "leaf1"), "c0ffee", machineChecked(), state)).toBeNull();
  });

  test("a stopped one keeps its keys; limits set by hand show as inputs", async () => {
    const { state } = await made({ memoryMiB: 512 });
    await driver.update("c0ffee", machineSpec(machineInputs({ memoryMiB: 1024, cpus: 2 })));
    driver.stop("c0ffee");
    const seen = (await machine.read(
      operation("Machine", "leaf1"),
      "c0ffee",
      machineChecked({ memoryMiB: 512 }),
      state,
    ))!;
    expect(seen.inputs).toEqual({ ...machineChecked({ memoryMiB: 1024, cpus: 2 }), state: "stopped" });
    expect(seen.state).toEqual({ ...state, state: "stopped", memoryMiB: 1024, cpus: 2 });
    expect(
      (await diff({ inputs: seen.inputs, state: seen.state }, machineChecked({ memoryMiB: 512 }))).changes,
    ).toEqual({ cpus: "delete", memoryMiB: "update", state: "update" });
  });

  test("an import is refused with the reason and the remedy", async () => {
    await expect(machine.read(operation("Machine", "leaf1"), "abc", {}, {})).rejects.toThrow(
      "machine abc can't be imported: its private key is in the state that made it alone. Remove it (fake rm abc)",
    );
  });
});

describe("update and delete", () => {
  test("an update starts it and keeps its keys; its preview touches nothing", async () => {
    const { state } = await made();
    const stopped = { inputs: machineChecked(), state: { ...state, state: "stopped" } };
    driver.calls.length = 0;
    expect(
      await machine.update(operation("Machine", "leaf1", true), "c0ffee", stopped, machineChecked({ cpus: 1 })),
    ).toEqual({ ...state, cpus: 1 });
    expect(driver.calls).toEqual([]);
    expect(await machine.update(operation("Machine", "leaf1"), "c0ffee", stopped, machineChecked({ cpus: 1 }))).toEqual(
      { ...state, cpus: 1 },
    );
    expect(driver.calls).toEqual([
      ["update", "c0ffee", { ...machineInputs({ cpus: 1 }), ports: [], seed: null, kernel: null, memoryMiB: null }],
    ]);
  });

  test("a machine that does not come back stays in the state", async () => {
    const { state } = await made();
    driver.fails = new NotReady("leaf1: silent", { ...running, state: "stopped" });
    const error = (await machine
      .update(operation("Machine", "leaf1"), "c0ffee", { inputs: machineChecked(), state }, machineChecked())
      .catch((e: unknown) => e)) as PartialFailure;
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.state).toEqual({ ...state, state: "stopped" });
  });

  test("a deletion names owner, machine and what was made for it", async () => {
    const seed = { volume: "v", path: "/x" };
    const { state } = await made({ seed });
    await machine.delete(operation("Machine", "leaf1"), "c0ffee", machineChecked({ seed }), state);
    await machine.delete(operation("Machine", "leaf1"), "c0ffee", {}, state); // a state of an engine that keeps no inputs
    for (const call of driver.calls.slice(1))
      expect(call).toMatchObject([
        "remove",
        owner,
        "c0ffee",
        { name: "leaf1", seed, network: { subnet: "192.168.201.0/24" } },
      ]);
    expect(driver.calls).toHaveLength(3);
  });
});
