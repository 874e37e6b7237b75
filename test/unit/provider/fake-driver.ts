/**
 * A driver whose machines are entries of a table, and whose cables are entries of another. It keeps the promises of the contract (contract.ts), and lets
 * a test break what a user could break by hand.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { CableFacts, CableKind, CableSettings, Endpoint } from "../../../provider/cables";
import {
  NotReady,
  type Driver,
  type MachineFacts,
  type MachineKeys,
  type MachineSpec,
  type Owner,
} from "../../../provider/drivers/driver";
import { parseUrn, type Operation } from "../../../provider/protocol/serve";
import type { Properties } from "../../../provider/protocol/values";

export const running: MachineFacts = {
  driverId: "c0ffee",
  state: "running",
  connection: { host: "127.0.0.1", port: 20022, user: "root" },
  publishedPorts: { ssh: 20022 },
  memoryMiB: null,
  cpus: null,
};

interface FakeMachine {
  readonly owner: Owner;
  readonly spec: MachineSpec;
  facts: MachineFacts;
}

/** An end of a fake cable: a machine and an interface. */
export interface FakeEndpoint extends Endpoint {
  readonly kind: "fake";
  readonly at: string;
}

interface Plugged extends CableSettings {
  readonly ends: readonly [string, string];
}

/** Cables as entries of a table: who plugs an interface takes it off whatever cable it was on. */
export class FakeCables implements CableKind<FakeEndpoint, FakeEndpoint> {
  readonly joins = ["fake", "fake"] as const;
  private plugged: Plugged[] = [];

  private of(a: FakeEndpoint, b: FakeEndpoint): Plugged | undefined {
    return this.plugged.find(({ ends }) => ends.includes(a.at) && ends.includes(b.at));
  }

  /** Takes off every cable of a machine, as its end does. */
  loseEndsOf(driverId: string): void {
    this.plugged = this.plugged.filter(({ ends }) => !ends.some((end) => end.startsWith(`${driverId} `)));
  }

  async plug(a: FakeEndpoint, b: FakeEndpoint, { mtu, up }: CableSettings): Promise<void> {
    this.plugged = this.plugged.filter(({ ends }) => !ends.includes(a.at) && !ends.includes(b.at));
    this.plugged.push({ ends: [a.at, b.at], mtu, up });
  }

  async read(a: FakeEndpoint, b: FakeEndpoint, settings: CableSettings): Promise<CableFacts> {
    const found = this.of(a, b);
    return found === undefined
      ? { state: "missing", mtu: settings.mtu, up: settings.up }
      : { state: "connected", mtu: found.mtu, up: found.up };
  }

  async unplug(a: FakeEndpoint, b: FakeEndpoint): Promise<void> {
    const found = this.of(a, b);
    this.plugged = this.plugged.filter((each) => each !== found);
  }
}

export class FakeDriver implements Driver {
  readonly calls: [string, ...unknown[]][] = [];
  readonly cables = new FakeCables();
  readonly there = new Map<string, FakeMachine>();
  /** What the next machine that is made or started does instead of answering. */
  fails: Error | null = null;
  /** How long a machine takes to answer. */
  bootMs = 0;
  private made = 0;

  private outcome(facts: MachineFacts): MachineFacts {
    const error = this.fails;
    this.fails = null;
    if (error !== null) throw error;
    return facts;
  }

  async create(owner: Owner, spec: MachineSpec, keys: MachineKeys, signal: AbortSignal): Promise<MachineFacts> {
    this.calls.push(["create", owner, spec, keys]);
    const [id, namesake] =
      [...this.there].find(([, each]) => each.owner.lab === owner.lab && each.spec.name === spec.name) ?? [];
    if (namesake !== undefined && namesake.owner.urn !== owner.urn)
      throw new Error(`name: "${spec.name}" is the machine of ${namesake.owner.urn}, not of ${owner.urn}`);
    if (signal.aborted) throw new Error(`${spec.name}: interrupted before it was made`);
    if (id !== undefined) this.vanish(id);
    const driverId = this.made === 0 ? running.driverId : `${running.driverId}${this.made}`;
    this.made++;
    const facts: MachineFacts = { ...running, driverId, memoryMiB: spec.memoryMiB, cpus: spec.cpus };
    if (this.fails === null || this.fails instanceof NotReady) this.there.set(driverId, { owner, spec, facts });
    await sleep(this.bootMs);
    if (signal.aborted) throw new NotReady(`${spec.name}: the wait was interrupted`, facts);
    return this.outcome(facts);
  }

  async read(driverId: string): Promise<MachineFacts | null> {
    return this.there.get(driverId)?.facts ?? null;
  }

  async update(driverId: string, spec: MachineSpec): Promise<MachineFacts> {
    this.calls.push(["update", driverId, spec]);
    const machine = this.there.get(driverId);
    if (machine === undefined) throw new Error(`${spec.name}: it is gone: run \`pulumi refresh\`, then \`pulumi up\``);
    machine.facts = { ...machine.facts, state: "running", memoryMiB: spec.memoryMiB, cpus: spec.cpus };
    return this.outcome(machine.facts);
  }

  async remove(owner: Owner, driverId: string, spec: MachineSpec): Promise<void> {
    this.calls.push(["remove", owner, driverId, spec]);
    this.vanish(driverId);
  }

  async endpoint(machine: { driverId: string }, name: string): Promise<FakeEndpoint | null> {
    const found = this.there.get(machine.driverId);
    return found?.facts.state === "running" ? { kind: "fake", at: `${machine.driverId} ${name}` } : null;
  }

  async cleanup(lab: string): Promise<string[]> {
    const own = [...this.there].filter(([, each]) => each.owner.lab === lab);
    for (const [id] of own) this.vanish(id);
    return own.map(([, each]) => `machine ${each.spec.name}`);
  }

  async machines(lab: string): ReturnType<Driver["machines"]> {
    return [...this.there.values()]
      .filter((each) => each.owner.lab === lab)
      .map(({ spec, facts: { state, memoryMiB, cpus } }) => {
        const startedAt = state === "running" ? "2026-01-01T00:00:00Z" : null;
        return { name: spec.name, state, startedAt, address: null, memoryMiB, cpus };
      });
  }

  removalOf(driverId: string): string {
    return `fake rm ${driverId}`;
  }

  readonly doctor: Driver["doctor"] = {
    engine: async () => [],
    resources: async () => [],
    subnets: async () => [],
    attempt: async () => null,
  };

  /** What a user may do by hand. */
  stop(driverId: string): void {
    const machine = this.there.get(driverId);
    if (machine !== undefined) machine.facts = { ...machine.facts, state: "stopped" };
    this.cables.loseEndsOf(driverId);
  }
  vanish(driverId: string): void {
    this.there.delete(driverId);
    this.cables.loseEndsOf(driverId);
  }
}

const signal = new AbortController().signal;
setMaxListeners(0, signal);
export const operation = (type: string, name: string, preview = false): Operation => ({
  urn: parseUrn(`urn:pulumi:dev::fabriclab::fabriclab:index:Lab$fabriclab:index:${type}::${name}`),
  preview,
  timeout: 0,
  signal,
});

/** As a program gives them. */
export const machineInputs = (more: Properties = {}): Properties => ({
  name: "leaf1",
  hostname: "leaf-sw1.lab.local",
  image: "fabriclab/switch:1",
  network: { name: "fabriclab-dev", subnet: "192.168.201.0/24" },
  ...more,
});
export const linkInputs = (more: Properties = {}): Properties => ({
  a: { machine: "c1", name: "spine1", interface: "swp1" },
  b: { machine: "c2", name: "leaf1", interface: "swp51" },
  mtu: 1500,
  up: true,
  ...more,
});
/** As they come out of the check. */
export const machineChecked = (more: Properties = {}): Properties => ({ ...machineInputs(more), state: "running" });
export const linkChecked = (more: Properties = {}): Properties => ({ ...linkInputs(more), state: "connected" });
