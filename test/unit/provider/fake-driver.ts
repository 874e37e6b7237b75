/** A driver without machines: it remembers what it was asked, and answers what a test tells it to. */
import { setMaxListeners } from "node:events";
import type { Driver, LinkFacts, MachineFacts } from "../../../provider/drivers/driver";
import { parseUrn, type Operation } from "../../../provider/protocol/serve";
import type { Properties } from "../../../provider/protocol/values";

export const running: MachineFacts = {
  driverId: "c0ffee",
  state: "running",
  publishedPorts: { ssh: 20022 },
  memoryMiB: null,
  cpus: null,
};

export interface FakeDriver extends Driver {
  readonly calls: [string, ...unknown[]][];
  machine: MachineFacts | null | Error;
  link: LinkFacts;
}

export function fakeDriver(): FakeDriver {
  const calls: [string, ...unknown[]][] = [];
  const answer = async (name: string, ...args: unknown[]): Promise<MachineFacts> => {
    calls.push([name, ...args]);
    if (fake.machine instanceof Error) throw fake.machine;
    return fake.machine!;
  };
  const fake: FakeDriver = {
    calls,
    machine: running,
    link: { state: "connected", mtu: 1500, up: true },
    create: (owner, spec, keys) => answer("create", owner, spec, keys),
    read: async (id) => {
      calls.push(["read", id]);
      return fake.machine as MachineFacts | null;
    },
    update: (id, spec) => answer("update", id, spec),
    remove: async (owner, id, spec) => {
      calls.push(["remove", owner, id, spec]);
    },
    plug: async (link) => {
      calls.push(["plug", link]);
    },
    readLink: async (link) => {
      calls.push(["readLink", link]);
      return fake.link;
    },
    unplug: async (link) => {
      calls.push(["unplug", link]);
    },
    cleanup: async () => [],
    machines: async () => [],
  };
  return fake;
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
