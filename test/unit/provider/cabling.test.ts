import { cabling, type LinkSpec } from "../../../provider/cabling";
import { CABLES, jointOf, type CableKind, type Endpoint } from "../../../provider/cables";
import type { Driver } from "../../../provider/drivers/driver";

interface Tap extends Endpoint {
  readonly kind: "tap";
}
interface Socket extends Endpoint {
  readonly kind: "socket";
}
const plugged: [string, string][] = [];
/** Joins ends of unlike machines. */
const tapToSocket: CableKind<Tap, Socket> = {
  joins: ["tap", "socket"],
  plug: async (a, b) => void plugged.push([a.kind, b.kind]),
  read: async (_, __, settings) => ({ state: "connected", ...settings }),
  unplug: async () => undefined,
};
/** Drivers whose machines have one kind of endpoint each, by their names. */
const driverOf = (name: string): Driver => ({ endpoint: async () => ({ kind: name }) }) as unknown as Driver;
const link = (a: string, b: string): LinkSpec => ({
  a: { driver: a, driverId: "1", name: "m1", interface: "swp1" },
  b: { driver: b, driverId: "2", name: "m2", interface: "eth1" },
  mtu: 1500,
  up: true,
});

test("machines of two drivers are cabled by the kind that joins their ends, either way round", async () => {
  const { plug, readLink } = cabling(driverOf, [tapToSocket]);
  await plug(link("tap", "socket"));
  await plug(link("socket", "tap"));
  expect(plugged).toEqual([
    ["tap", "socket"],
    ["tap", "socket"],
  ]);
  expect(await readLink(link("socket", "tap"))).toEqual({ state: "connected", mtu: 1500, up: true });
});

test("a pair that nothing joins is named, with both drivers", async () => {
  const { plug } = cabling(driverOf, [tapToSocket]);
  await expect(plug(link("tap", "veth"))).rejects.toThrow(
    "m1 swp1 - m2 eth1: no cable joins tap of m1 (driver tap) and veth of m2 (driver veth)",
  );
  await expect(cabling(driverOf).plug(link("tap", "socket"))).rejects.toThrow("no cable joins tap of m1");
});

test("no two kinds of cables join the same ends", () => {
  for (const kind of CABLES) {
    const [a, b] = kind.joins.map((each) => ({ kind: each })) as unknown as [Endpoint, Endpoint];
    expect(jointOf(a, b)?.kind).toBe(kind);
    expect(jointOf(b, a)?.kind).toBe(kind);
  }
});
