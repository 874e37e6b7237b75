/**
 * What every driver must do, whatever its machines are. A driver's own test file calls `driverContract` with a bench: the driver, machines that it can
 * make, and the two things that a user may do to a machine by hand.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { CableKind } from "../../provider/cables";
import { cabling, type Cabling, type LinkSpec } from "../../provider/cabling";
import {
  NotReady,
  type Driver,
  type MachineFacts,
  type MachineKeys,
  type MachineSpec,
  type Owner,
} from "../../provider/drivers/driver";
import { generateKeys } from "../../provider/keys";

export interface DriverBench {
  readonly driver: Driver;
  /** Kinds of cables for its endpoints. */
  readonly cables: readonly CableKind[];
  /** "<project>/<stack>": a lab that is this run's alone, and another one beside it. */
  readonly lab: string;
  readonly otherLab: string;
  /** A small machine of one of the two labs. */
  spec(lab: string, name: string): MachineSpec;
  /** What a user does by hand: turns a machine off, or takes it away. */
  stop(driverId: string): Promise<void>;
  vanish(driverId: string): Promise<void>;
}

/** What the tests do with a bench. */
class Hands {
  readonly cabling: Cabling;
  readonly keys = new Map<string, MachineKeys>();

  constructor(readonly bench: DriverBench) {
    this.cabling = cabling(() => bench.driver, bench.cables);
  }

  owner = (name: string, lab = this.bench.lab): Owner => ({ lab, urn: `urn:${lab}::${name}` });

  make(name: string, signal = new AbortController().signal, lab = this.bench.lab): Promise<MachineFacts> {
    return this.bench.driver.create(this.owner(name, lab), this.bench.spec(lab, name), generateKeys(name), signal);
  }

  remove(name: string, driverId: string): Promise<void> {
    const { driver, lab, spec } = this.bench;
    return driver.remove(this.owner(name), driverId, spec.call(this.bench, lab, name));
  }

  /** Names and states of the lab's machines. */
  async seen(): Promise<Record<string, string>> {
    const machines = await this.bench.driver.machines(this.bench.lab);
    return Object.fromEntries(machines.map(({ name, state }) => [name, state]));
  }
}

const end = (machine: MachineFacts, name: string, port: string): LinkSpec["a"] => ({
  driver: "any",
  driverId: machine.driverId,
  name,
  interface: port,
});

/**
 * Registers the contract's tests.
 *
 * @param makeBench called before the first test
 */
export function driverContract(makeBench: () => DriverBench): void {
  let hands: Hands;
  let [m1, m2, m3]: MachineFacts[] = [];
  const at = (machine: MachineFacts | undefined): MachineFacts => {
    if (machine === undefined) throw new Error("an earlier test did not make the machine");
    return machine;
  };
  const cable = (more: Partial<LinkSpec> = {}): LinkSpec => ({
    a: end(at(m1), "m1", "swp1"),
    b: end(at(m2), "m2", "swp51"),
    mtu: 9000,
    up: true,
    ...more,
  });

  beforeAll(async () => {
    hands = new Hands(makeBench());
    await Promise.all([hands.bench.lab, hands.bench.otherLab].map((lab) => hands.bench.driver.cleanup(lab)));
  });
  afterAll(async () => {
    await Promise.all([hands.bench.lab, hands.bench.otherLab].map((lab) => hands.bench.driver.cleanup(lab)));
  });

  describe("machines", () => {
    test("are made side by side, and read as they were made", async () => {
      [m1, m2, m3] = await Promise.all(["m1", "m2", "m3"].map((name) => hands.make(name)));
      for (const made of [at(m1), at(m2), at(m3)]) {
        expect(made.state).toBe("running");
        expect(made.publishedPorts.ssh).toBe(made.connection.port);
        expect(await hands.bench.driver.read(made.driverId)).toEqual(made);
      }
      expect(new Set([m1, m2, m3].map((made) => at(made).driverId)).size).toBe(3);
      expect(await hands.seen()).toEqual({ m1: "running", m2: "running", m3: "running" });
      const [status] = await hands.bench.driver.machines(hands.bench.lab);
      expect(new Date(status?.startedAt ?? "never").getTime()).toBeLessThanOrEqual(Date.now());
    });

    test("made again by their owner, whose state was lost: in place of the first", async () => {
      const again = await hands.make("m3");
      expect(again.driverId).not.toBe(at(m3).driverId);
      expect(await hands.bench.driver.read(at(m3).driverId)).toBeNull();
      m3 = again;
      expect(Object.keys(await hands.seen()).sort()).toEqual(["m1", "m2", "m3"]);
    });

    test("of another owner are named, and left alone", async () => {
      const { driver, lab, spec } = hands.bench;
      const other = { lab, urn: "urn:somebody-else" };
      const making = driver.create(
        other,
        spec.call(hands.bench, lab, "m1"),
        generateKeys("m1"),
        new AbortController().signal,
      );
      await expect(making).rejects.toThrow(hands.owner("m1").urn);
      expect(await driver.read(at(m1).driverId)).toEqual(m1);
    });

    test("interrupted before they are made: nothing is left", async () => {
      const abort = new AbortController();
      abort.abort();
      const failed = await hands.make("m4", abort.signal).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(Error);
      expect(failed).not.toBeInstanceOf(NotReady);
      expect(await hands.seen()).not.toHaveProperty("m4");
    });

    test("interrupted while they start: kept, and the next run goes on with them", async () => {
      const abort = new AbortController();
      const making = hands.make("m4", abort.signal).catch((error: unknown) => error);
      while (!("m4" in (await hands.seen()))) await sleep(2);
      abort.abort();
      const failed = await making;
      expect(failed).toBeInstanceOf(NotReady);
      const { driverId } = (failed as NotReady).machine;
      const { driver, lab } = hands.bench;
      const goneOn = await driver.update(driverId, hands.bench.spec(lab, "m4"), new AbortController().signal);
      expect(goneOn).toMatchObject({ driverId, state: "running" });
      await hands.remove("m4", driverId);
      expect(await driver.read(driverId)).toBeNull();
    });

    test("limits are set, changed and taken back in place", async () => {
      const { driver, lab } = hands.bench;
      const { signal } = new AbortController();
      for (const limits of [
        { memoryMiB: 512, cpus: 0.5 },
        { memoryMiB: 768, cpus: 1 },
        { memoryMiB: null, cpus: null },
      ]) {
        const updated = await driver.update(at(m3).driverId, { ...hands.bench.spec(lab, "m3"), ...limits }, signal);
        expect(updated).toEqual({ ...m3, ...limits });
        expect(await driver.read(at(m3).driverId)).toEqual(updated);
      }
    });
  });

  describe("cables", () => {
    test("connect two machines, and stay as they are when they are plugged again", async () => {
      expect(await hands.cabling.readLink(cable())).toEqual({ state: "missing", mtu: 9000, up: true });
      await hands.cabling.plug(cable());
      await hands.cabling.plug(cable());
      expect(await hands.cabling.readLink(cable())).toEqual({ state: "connected", mtu: 9000, up: true });
      expect(await hands.cabling.readLink(cable({ mtu: 1500, up: false }))).toEqual({
        state: "connected",
        mtu: 9000,
        up: true,
      });
    });

    test("change their MTU and admin state in place", async () => {
      await hands.cabling.plug(cable({ mtu: 1400, up: false }));
      expect(await hands.cabling.readLink(cable())).toEqual({ state: "connected", mtu: 1400, up: false });
      await hands.cabling.plug(cable());
    });

    test("that lead elsewhere are missing, and stay when another of the same interface is unplugged", async () => {
      const elsewhere = cable({ b: end(at(m3), "m3", "swp51") });
      await hands.cabling.plug(elsewhere);
      expect((await hands.cabling.readLink(cable())).state).toBe("missing");
      await hands.cabling.unplug(cable());
      expect((await hands.cabling.readLink(elsewhere)).state).toBe("connected");
      await hands.cabling.unplug(elsewhere);
      await hands.cabling.unplug(elsewhere);
      expect((await hands.cabling.readLink(elsewhere)).state).toBe("missing");
    });

    test("many at once", async () => {
      const ports = Array.from({ length: 8 }, (_, i) => `swp${i + 10}`);
      const all = ports.map((port) => cable({ a: end(at(m1), "m1", port), b: end(at(m2), "m2", port) }));
      await Promise.all(all.map((each) => hands.cabling.plug(each)));
      const seen = await Promise.all(all.map((each) => hands.cabling.readLink(each)));
      expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(["connected"]));
      await Promise.all(all.map((each) => hands.cabling.unplug(each)));
    });
  });

  describe("a machine that was stopped by hand", () => {
    test("is seen as stopped, and has no ends of cables", async () => {
      await hands.cabling.plug(cable());
      await hands.bench.stop(at(m1).driverId);
      expect(await hands.bench.driver.read(at(m1).driverId)).toEqual({ ...m1, state: "stopped" });
      expect((await hands.seen()).m1).not.toBe("running");
      expect(await hands.bench.driver.endpoint({ driverId: at(m1).driverId, name: "m1" }, "swp1")).toBeNull();
      expect((await hands.cabling.readLink(cable())).state).toBe("missing");
      await expect(hands.cabling.plug(cable())).rejects.toThrow("m1 swp1 - m2 swp51: m1 is not running");
      await hands.cabling.unplug(cable());
    });

    test("is started again by an update: the same machine at the same ports", async () => {
      const { driver, lab } = hands.bench;
      const started = await driver.update(at(m1).driverId, hands.bench.spec(lab, "m1"), new AbortController().signal);
      expect(started).toEqual(m1);
      await hands.cabling.plug(cable());
      expect((await hands.cabling.readLink(cable())).state).toBe("connected");
    });
  });

  describe("a machine that was removed by hand", () => {
    test("is gone for whoever asks; removing it is no error, updating it is", async () => {
      const { driver, lab } = hands.bench;
      await hands.bench.vanish(at(m2).driverId);
      expect(await driver.read(at(m2).driverId)).toBeNull();
      expect(await hands.seen()).not.toHaveProperty("m2");
      const updating = driver.update(at(m2).driverId, hands.bench.spec(lab, "m2"), new AbortController().signal);
      await expect(updating).rejects.toThrow("m2");
      expect((await hands.cabling.readLink(cable())).state).toBe("missing");
      await hands.cabling.unplug(cable());
      await hands.remove("m2", at(m2).driverId);
      await hands.remove("m2", at(m2).driverId);
    });
  });

  describe("a lab", () => {
    test("is cleaned up by its labels alone, and no other lab with it", async () => {
      const { driver, lab, otherLab } = hands.bench;
      const other = await hands.make("m1", new AbortController().signal, otherLab);
      const removed = await driver.cleanup(lab);
      for (const name of ["m1", "m3"]) expect(removed.filter((line) => line.endsWith(name))).toHaveLength(1);
      expect(await driver.machines(lab)).toEqual([]);
      expect(await driver.cleanup(lab)).toEqual([]);
      expect(await driver.read(other.driverId)).toEqual(other);
    });
  });
}
