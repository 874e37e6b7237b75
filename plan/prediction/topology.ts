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
      [link.a, link.b].map((end) => [`${end.machine} ${end.interface}`, link.name] as const),
    ),
  );
  const port = (machine: string, name: string, address: InterfaceAddress): Port => {
    const text = hostPart(address);
    return {
      machine,
      interface: name,
      address: text,
      value: knownAddress(text),
      subnet: subnetOf(address),
      link: linkAt.get(`${machine} ${name}`) ?? null,
    };
  };
  const ports = new Map<string, Port[]>(
    [
      ...plan.switches.map(
        (of) =>
          [
            of.name,
            of.interfaces.flatMap((each) => each.addresses.map((address) => port(of.name, each.name, address))),
          ] as const,
      ),
      ...plan.servers.map(
        (of) => [of.name, of.uplinks.map((each) => port(of.name, each.interface, each.address))] as const,
      ),
    ].map(([name, list]) => [name, [...list]]),
  );
  const owners = new Map<number, Port[]>();
  for (const each of [...ports.values()].flat()) owners.set(each.value, [...(owners.get(each.value) ?? []), each]);
  // A bridge has carrier while one of its ports has.
  const bridges = new Map(
    plan.switches
      .filter((of) => of.bridge !== null)
      .map((of) => [
        `${of.name} ${of.bridge?.name ?? ""}`,
        (of.bridge?.ports ?? []).some((name) => {
          const link = linkAt.get(`${of.name} ${name}`);
          return link !== undefined && !cut.has(link);
        }),
      ]),
  );
  return {
    alive: (machine) => !dead.has(machine),
    linkUp: (link) => !cut.has(link),
    portsOf: (machine) => ports.get(machine) ?? [],
    up: (of) =>
      !dead.has(of.machine) &&
      (of.link !== null ? !cut.has(of.link) : (bridges.get(`${of.machine} ${of.interface}`) ?? true)),
    owners: (address) => owners.get(address) ?? [],
  };
}
