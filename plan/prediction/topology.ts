import { knownAddress, looseRange, type PrefixRange } from "../../lab-spec/ip";
import { hostPart } from "../lookup";
import type { Address, InterfaceAddress, LabPlan } from "../types";
import type { Broken } from "./types";

/** An address of a machine, while its interface has carrier. */
export interface Port {
  readonly machine: string;
  readonly interface: string;
  readonly address: Address;
  readonly value: number;
  readonly subnet: PrefixRange;
  /** Name of the link it depends on; null for a loopback or a bridge. */
  readonly link: string | null;
}

/** The machines, what they are connected to, and what of it is broken. */
export interface Topology {
  alive(machine: string): boolean;
  linkUp(link: string): boolean;
  /** Every address of a machine, broken or not, in the plan's order. */
  portsOf(machine: string): readonly Port[];
  /** Whether the port's interface has carrier. */
  up(port: Port): boolean;
  /** Ports that have the address. */
  owners(address: number): readonly Port[];
}

/** The subnet of "10.0.101.1/24". */
function subnetOf(address: InterfaceAddress): PrefixRange {
  const range = looseRange(address);
  if (range === null) throw new Error(`not an interface address: ${address}`);
  return range;
}

/** @param broken links and machines that are taken out; names the plan doesn't have are the caller's affair */
export function topologyOf(plan: LabPlan, broken: Broken): Topology {
  const dead = new Set(broken.machines);
  const cut = new Set(
    plan.links
      .filter((link) => broken.links.includes(link.name) || dead.has(link.a.machine) || dead.has(link.b.machine))
      .map((link) => link.name),
  );
  const linkAt = new Map(
    plan.links.flatMap((link) =>
      [link.a, link.b].map((end) => [interfaceKey(end.machine, end.interface), link.name] as const),
    ),
  );
  const ports = portsByMachine(plan, linkAt);
  const owners = new Map<number, Port[]>();
  for (const port of [...ports.values()].flat()) owners.set(port.value, [...(owners.get(port.value) ?? []), port]);
  const bridges = bridgeCarriers(plan, linkAt, cut);
  return {
    alive: (machine) => !dead.has(machine),
    linkUp: (link) => !cut.has(link),
    portsOf: (machine) => ports.get(machine) ?? [],
    up: ({ machine, interface: name, link }) =>
      !dead.has(machine) && (link !== null ? !cut.has(link) : (bridges.get(interfaceKey(machine, name)) ?? true)),
    owners: (address) => owners.get(address) ?? [],
  };
}

const interfaceKey = (machine: string, name: string): string => `${machine} ${name}`;

/** Every address of every machine. */
function portsByMachine(plan: LabPlan, linkAt: ReadonlyMap<string, string>): Map<string, Port[]> {
  const portOf = (machine: string, name: string, address: InterfaceAddress): Port => {
    const text = hostPart(address);
    return {
      machine,
      interface: name,
      address: text,
      value: knownAddress(text),
      subnet: subnetOf(address),
      link: linkAt.get(interfaceKey(machine, name)) ?? null,
    };
  };
  return new Map([
    ...plan.switches.map(({ name, interfaces }): [string, Port[]] => [
      name,
      interfaces.flatMap((each) => each.addresses.map((address) => portOf(name, each.name, address))),
    ]),
    ...plan.servers.map(({ name, uplinks }): [string, Port[]] => [
      name,
      uplinks.map((each) => portOf(name, each.interface, each.address)),
    ]),
  ]);
}

/** Whether each bridge has carrier, by its interface: it has while one of its ports has. */
function bridgeCarriers(
  plan: LabPlan,
  linkAt: ReadonlyMap<string, string>,
  cut: ReadonlySet<string>,
): Map<string, boolean> {
  return new Map(
    plan.switches.flatMap(({ name, bridge }): [string, boolean][] => {
      if (bridge === null) return [];
      const links = bridge.ports.flatMap((port) => linkAt.get(interfaceKey(name, port)) ?? []);
      return [[interfaceKey(name, bridge.name), links.some((link) => !cut.has(link))]];
    }),
  );
}
