import { linkResource } from "../../../provider/link";
import type { Resource } from "../../../provider/protocol/serve";
import { UNKNOWN, type Properties } from "../../../provider/protocol/values";
import { fakeDriver, linkChecked, linkInputs, operation, type FakeDriver } from "./fake-driver";

const op = operation("Link", "leaf1-spine1");
const spec = {
  a: { driverId: "c1", name: "spine1", interface: "swp1" },
  b: { driverId: "c2", name: "leaf1", interface: "swp51" },
  mtu: 1500,
  up: true,
  impairment: null,
};
const connected = (more: Properties = {}): { inputs: Properties; state: Properties } => ({
  inputs: linkChecked(more),
  state: linkChecked(more),
});
let driver: FakeDriver;
let link: Resource;
beforeEach(() => {
  driver = fakeDriver();
  link = linkResource(driver);
});

const diff = async (
  before: { inputs: Properties; state: Properties },
  after: Properties,
): Promise<[object, readonly string[] | undefined]> => {
  const d = await link.diff(op.urn, "id", before, after, []);
  return [Object.fromEntries(d.changes), d.replace];
};

test("MTU and admin state have defaults, and a cable is meant to be connected", async () => {
  const { a, b } = linkInputs();
  expect(await link.check(op.urn, { a: a!, b: b! }, () => null, Buffer.alloc(0))).toEqual({
    inputs: linkChecked(),
    failures: [],
  });
});

test("create plugs; its preview does not", async () => {
  expect(await link.create(operation("Link", "x", true), linkChecked({ a: UNKNOWN }))).toEqual({
    id: "",
    state: linkChecked({ a: UNKNOWN }),
  });
  expect(driver.calls).toEqual([]);
  expect(await link.create(op, linkChecked())).toEqual({ id: "spine1:swp1--leaf1:swp51", state: connected().state });
  expect(driver.calls).toEqual([["plug", spec]]);
});

test("an interrupted run plugs nothing more", async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(link.create({ ...op, signal: abort.signal }, linkChecked())).rejects.toThrow(/aborted/);
  expect(driver.calls).toEqual([]);
});

test("MTU, admin state and impairment change in place; another end is another cable", async () => {
  expect(await diff(connected(), linkChecked())).toEqual([{}, []]);
  expect(await diff(connected(), linkChecked({ mtu: 9000, up: false, impairment: { delayMs: 5 } }))).toEqual([
    { impairment: "add", mtu: "update", up: "update" },
    [],
  ]);
  expect(await diff(connected(), linkChecked({ a: { machine: "c9", name: "spine1", interface: "swp1" } }))).toEqual([
    { "a.machine": "update" },
    ["a.machine"],
  ]);
  expect(await diff(connected(), linkChecked({ b: { machine: UNKNOWN, name: "leaf1", interface: "swp51" } }))).toEqual([
    { "b.machine": "update" },
    ["b.machine"],
  ]);
});

test("a refresh finds a cable that is gone, and what was changed by hand", async () => {
  driver.link = { state: "missing", mtu: 1500, up: true };
  const gone = (await link.read(op, "id", linkChecked(), connected().state))!;
  expect(gone).toEqual({
    id: "id",
    inputs: { ...linkChecked(), state: "missing" },
    state: { ...linkChecked(), state: "missing" },
  });
  expect(await diff(gone, linkChecked())).toEqual([{ state: "update" }, []]);
  driver.link = { state: "connected", mtu: 1400, up: false };
  const changed = (await link.read(op, "id", linkChecked(), connected().state))!;
  expect(await diff(changed, linkChecked())).toEqual([{ mtu: "update", up: "update" }, []]);
});

test("update plugs again, delete unplugs, an import is refused", async () => {
  const impairment = { lossPercent: 2 };
  expect(await link.update(op, "id", connected(), linkChecked({ mtu: 9000, impairment }))).toEqual(
    connected({ mtu: 9000, impairment }).state,
  );
  await link.delete(op, "id", linkChecked(), connected().state);
  await link.delete(op, "id", {}, connected().state);
  expect(driver.calls).toEqual([
    ["plug", { ...spec, mtu: 9000, impairment }],
    ["unplug", spec],
    ["unplug", spec],
  ]);
  await expect(link.read(op, "id", {}, {})).rejects.toThrow("link id can't be imported: plug it by `pulumi up`");
});
