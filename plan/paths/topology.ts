import type { Broken } from "../prediction";
import { balancersOf, hostPart } from "../lookup";
import type { Address, LabPlan, LinkPlan, ServerPlan } from "../types";

/** A machine's interface in the lab's cabling. */
export interface PathPort {
  readonly machine: string;
  readonly interface: string;
}

/** Who is connected to whom, and who has which address. */
export interface PathTopology {
  readonly plan: LabPlan;
  readonly servers: ReadonlyMap<string, ServerPlan>;
  readonly leaves: ReadonlySet<string>;
  /** Interface of a machine that has the address; loopbacks on "lo". */
  owner(address: Address): PathPort | null;
  /** The cable at a port; null if there is none or it is broken. */
  cable(port: PathPort): { readonly link: LinkPlan; readonly far: PathPort } | null;
  alive(machine: string): boolean;
}

/** Nothing taken out. */
export const WHOLE: Broken = { links: [], machines: [] };

const key = ({ machine, interface: name }: PathPort): string => `${machine} ${name}`;

export function pathTopologyOf(plan: LabPlan, broken: Broken = WHOLE): PathTopology {
  const servers = new Map<string, ServerPlan>(plan.servers.map((each) => [each.name, each]));
  const dead = new Set(broken.machines);
  const cut = new Set(broken.links);
  const owners = new Map<Address, PathPort>([
    ...plan.switches.flatMap((each) =>
      each.interfaces.flatMap((port) =>
        port.addresses.map((address) => [hostPart(address), { machine: each.name, interface: port.name }] as const),
      ),
    ),
    ...plan.servers.flatMap(({ name, uplinks }) =>
      uplinks.map((each) => [hostPart(each.address), { machine: name, interface: each.interface }] as const),
    ),
    ...balancersOf(plan).flatMap(({ name, vips }) =>
      vips.map((address) => [address, { machine: name, interface: "lo" }] as const),
    ),
  ]);
  const cables = new Map(
    plan.links.flatMap((link) => [
      [key(link.a), { link, far: link.b }] as const,
      [key(link.b), { link, far: link.a }] as const,
    ]),
  );
  const alive = (machine: string): boolean => !dead.has(machine);
  return {
    plan,
    servers,
    leaves: new Set(plan.switches.filter((each) => each.bridge !== null).map((each) => each.name)),
    owner: (address) => owners.get(address) ?? null,
    cable: (port) => {
      const found = cables.get(key(port));
      return found === undefined || cut.has(found.link.name) || !alive(found.far.machine) || !alive(port.machine)
        ? null
        : found;
    },
    alive,
  };
}
