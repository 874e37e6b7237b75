import { configurationResource } from "../../../../provider/configuration/resource";
import type { Shell, ShellResult } from "../../../../provider/configuration/shell";
import { PartialFailure } from "../../../../provider/protocol/resource";
import type { Resource } from "../../../../provider/protocol/serve";
import { secret, UNKNOWN, type Properties } from "../../../../provider/protocol/values";
import { FakeDriver, operation, machineInputs, running } from "../fake-driver";
import { machineSpec } from "../../../../provider/machine";

const op = operation("Configuration", "leaf1-config");
const connection = { host: "127.0.0.1", port: 2222, user: "root", privateKey: secret("key"), hostKey: "host key" };
const inputs = (more: Properties = {}): Properties => ({
  machine: running.driverId,
  name: "leaf1",
  connection,
  files: { "/etc/network/interfaces": "auto lo\n" },
  drift: [],
  ...more,
});

let driver: FakeDriver;
let resource: Resource;
/** Programs that ran, by their first line, and what the machine has in its file. */
let ran: string[];
let file: string;
let fails: string | null;
/** What the machine tells of the objects of its cluster. */
let strangers: string;
beforeEach(async () => {
  driver = new FakeDriver();
  const owner = { lab: "fabriclab/dev", urn: "urn" };
  const keys = { privateKey: "", publicKey: "", hostPrivateKey: "", hostPublicKey: "" };
  await driver.create(owner, machineSpec(machineInputs()), keys, op.signal);
  ran = [];
  file = "auto lo";
  fails = null;
  strangers = "";
  const answer = (stdout: string): ShellResult => ({ code: 0, stdout, stderr: "" });
  const shell: Shell = async (_, program, { stdin }) => {
    const [title = ""] = program.split("\n");
    ran.push(title);
    if (fails !== null) return { code: 1, stdout: "", stderr: fails };
    if (title !== "# look.sh") file = stdin?.split("\n").slice(1).join("\n").trim() ?? file;
    return answer(
      `0 standing-still 0\n${file.split("\n").length} file:/etc/network/interfaces 0\n${file}\n${strangers}`,
    );
  };
  resource = configurationResource(() => driver, shell);
});

const read = (own: Properties): ReturnType<Resource["read"]> => resource.read(op, "leaf1-config", own, own);
const update = (before: Properties, after: Properties): Promise<Properties> =>
  resource.update(op, "leaf1-config", { inputs: before, state: before }, after);

test("creating puts the files in force; its preview does not", async () => {
  const preview = await resource.create(operation("Configuration", "x", true), inputs({ machine: UNKNOWN }));
  expect([preview.id, ran]).toEqual(["", []]);
  expect((await resource.create(op, inputs())).id).toBe("leaf1-config");
  expect(ran).toEqual(["# configure-server.sh"]);
});

test("what was changed by hand is in the inputs that a read gives, and an update brings it back", async () => {
  expect((await read(inputs()))?.inputs.drift).toEqual([]);
  file = "auto lo\nauto eth7";
  const seen = await read(inputs());
  expect(seen?.inputs.drift).toEqual(["+ /etc/network/interfaces: auto eth7"]);
  const { changes } = await resource.diff(op.urn, "id", { inputs: seen!.inputs, state: seen!.state }, inputs(), []);
  expect([...changes]).toEqual([["drift[0]", "delete"]]);
  ran = [];
  expect(await update(seen!.inputs, inputs())).toEqual(inputs());
  expect([file, ran]).toEqual(["auto lo", ["# look.sh", "# configure-server.sh", "# look.sh"]]);
});

test("an object that is not the lab's is no drift: an update leaves it", async () => {
  const item = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "x" },
  };
  strangers = `1 objects 0\n${JSON.stringify({ items: [item] })}\n`;
  const own = inputs({ objects: { NetworkPolicy: [] } });
  expect((await read(own))?.inputs.drift).toEqual([]);
  ran = [];
  await update({ ...own, drift: ["+ x"] }, own);
  expect(ran).toEqual(["# look.sh"]);
});

test("an update of one who was not changed by hand looks at nothing", async () => {
  await update(inputs(), inputs({ files: { "/etc/network/interfaces": "auto lo\nauto eth1\n" } }));
  expect(ran).toEqual(["# configure-server.sh"]);
});

test("another machine is an update: the files are put in force there, and nothing is done on the one before", async () => {
  const { changes, replace } = await resource.diff(
    op.urn,
    "id",
    { inputs: inputs({ machine: "old" }), state: {} },
    inputs(),
    [],
  );
  expect([[...changes], replace]).toEqual([[["machine", "update"]], undefined]);
  await update(inputs({ machine: "old" }), inputs());
  expect(ran).toEqual(["# configure-server.sh", "# look.sh"]);
});

test("a machine that is gone has no configuration; one that does not run has one to be looked at later", async () => {
  expect(await read(inputs({ machine: "gone" }))).toBeNull();
  driver.stop(running.driverId);
  expect((await read(inputs()))?.inputs.drift).toEqual(["~ machine leaf1: stopped => running"]);
  expect(ran).toEqual([]);
});

test("what fails is told with the machine's own words, and the state before it is kept", async () => {
  fails = "ifreload: no such interface";
  const before = inputs({ drift: ["+ x"] });
  const failed = await update(before, inputs()).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(PartialFailure);
  expect((failed as PartialFailure).message).toBe("leaf1: look.sh failed: ifreload: no such interface");
  expect((failed as PartialFailure).inputs).toEqual(before);
  expect((await read(inputs()))?.inputs.drift).toEqual([
    "~ machine leaf1: look.sh failed: ifreload: no such interface",
  ]);
});

test("deleting forgets BIRD's routes of a member that runs, and asks nothing of one that is gone", async () => {
  const member = { node: "leaf1", cluster: "c", annotations: {}, labels: {} };
  await resource.delete(op, "id", inputs(), {});
  await resource.delete(op, "id", inputs({ member, machine: "gone" }), {});
  expect(ran).toEqual([]);
  await resource.delete(op, "id", inputs({ member }), {});
  expect(ran).toEqual(["# forget-routes.sh"]);
});

test("inputs that no configuration has are refused with their path", async () => {
  const { failures } = await resource.check(
    op.urn,
    inputs({ drift: undefined as never, routing: "both", system: { hostname: "" } }),
    () => null,
    Buffer.alloc(0),
  );
  expect(failures?.map(({ property }) => property)).toEqual(
    expect.arrayContaining(["routing", "system.hostname", "system.interfaces"]),
  );
});
