import { linkResource } from "../../../provider/link";
import type { Resource } from "../../../provider/protocol/serve";
import { UNKNOWN, type Properties } from "../../../provider/protocol/values";
import type { Cabling, LinkSpec } from "../../../provider/cabling";
import type { CableFacts } from "../../../provider/cables";
import { linkChecked, linkInputs, operation } from "./fake-driver";

const op = operation("Link", "leaf1-spine1");
const spec = {
  a: { driver: "docker", driverId: "c1", name: "spine1", interface: "swp1" },
  b: { driver: "docker", driverId: "c2", name: "leaf1", interface: "swp51" },
  mtu: 1500,
  up: true,
};
const connected = (more: Properties = {}): { inputs: Properties; state: Properties } => ({
  inputs: linkChecked(more),
  state: linkChecked(more),
});
/** What was asked of the cabling, and what it finds. */
let calls: [string, LinkSpec][];
let seen: CableFacts;
let link: Resource;
beforeEach(() => {
  calls = [];
  seen = { state: "connected", mtu: 1500, up: true };
  const asked =
    (name: string) =>
    async (given: LinkSpec): Promise<void> => {
      calls.push([name, given]);
    };
  const cabling: Cabling = { plug: asked("plug"), unplug: asked("unplug"), readLink: async () => seen };
  link = linkResource(cabling);
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
  expect(calls).toEqual([]);
  expect(await link.create(op, linkChecked())).toEqual({ id: "spine1:swp1--leaf1:swp51", state: connected().state });
  expect(calls).toEqual([["plug", spec]]);
});

test("an interrupted run plugs nothing more", async () => {
  const abort = new AbortController();
  abort.abort();
  await expect(link.create({ ...op, signal: abort.signal }, linkChecked())).rejects.toThrow(/aborted/);
  expect(calls).toEqual([]);
});

test("MTU and admin state change in place; another end is another cable", async () => {
  expect(await diff(connected(), linkChecked())).toEqual([{}, []]);
  expect(await diff(connected(), linkChecked({ mtu: 9000, up: false }))).toEqual([{ mtu: "update", up: "update" }, []]);
  expect(await diff(connected(), linkChecked({ a: { machine: "c9", name: "spine1", interface: "swp1" } }))).toEqual([
    { "a.machine": "update" },
    ["a.machine"],
  ]);
  expect(await diff(connected(), linkChecked({ b: { machine: UNKNOWN, name: "leaf1", interface: "swp51" } }))).toEqual([
    { "b.machine": "update" },
    ["b.machine"],
  ]);
});

test("an end of a lab that was made before machines had drivers is the same end, be its driver written out now or not", async () => {
  const a = { driver: "docker", machine: "c1", name: "spine1", interface: "swp1" };
  expect(await diff(connected(), linkChecked({ a }))).toEqual([{}, []]);
  expect(await diff(connected({ a }), linkChecked())).toEqual([{}, []]);
  expect(await diff(connected(), linkChecked({ a: { ...a, driver: "other" } }))).toEqual([
    { "a.driver": "update" },
    ["a.driver"],
  ]);
  await link.create(op, linkChecked({ a: { ...a, driver: "other" } }));
  expect(calls[0]?.[1].a.driver).toBe("other");
});

test("a refresh finds a cable that is gone, and what was changed by hand", async () => {
  seen = { state: "missing", mtu: 1500, up: true };
  const gone = (await link.read(op, "id", linkChecked(), connected().state))!;
  expect(gone).toEqual({
    id: "id",
    inputs: { ...linkChecked(), state: "missing" },
    state: { ...linkChecked(), state: "missing" },
  });
  expect(await diff(gone, linkChecked())).toEqual([{ state: "update" }, []]);
  seen = { state: "connected", mtu: 1400, up: false };
  const changed = (await link.read(op, "id", linkChecked(), connected().state))!;
  expect(await diff(changed, linkChecked())).toEqual([{ mtu: "update", up: "update" }, []]);
  // One end alone, and a second refresh after the first has written down what it found.
  seen = { state: "uneven", mtu: 1500, up: true };
  const uneven = (await link.read(op, "id", linkChecked(), connected().state))!;
  expect(await diff(uneven, linkChecked())).toEqual([{ state: "update" }, []]);
  const again = (await link.read(op, "id", uneven.inputs, uneven.state))!;
  expect(await diff(again, linkChecked())).toEqual([{ state: "update" }, []]);
});

test("update plugs again, delete unplugs, an import is refused", async () => {
  expect(await link.update(op, "id", connected(), linkChecked({ mtu: 9000 }))).toEqual(connected({ mtu: 9000 }).state);
  await link.delete(op, "id", linkChecked(), connected().state);
  await link.delete(op, "id", {}, connected().state);
  expect(calls).toEqual([
    ["plug", { ...spec, mtu: 9000 }],
    ["unplug", spec],
    ["unplug", spec],
  ]);
  await expect(link.read(op, "id", {}, {})).rejects.toThrow("link id can't be imported: plug it by `pulumi up`");
});
