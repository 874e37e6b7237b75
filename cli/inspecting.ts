import Table from "cli-table3";
import { homeOf, tierName } from "../plan/lookup";
import type { LabPlan, LinkEnd, ServerPlan, SwitchPlan } from "../plan/types";

/** A kernel interface as it is now. */
export interface LiveInterface {
  readonly name: string;
  readonly up: boolean;
  readonly mtu: number;
}

/** What was seen of a machine; `interfaces` is null for one that does not answer. */
export interface LiveMachine {
  readonly state: string;
  readonly interfaces: readonly LiveInterface[] | null;
}

export interface MachineView {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly ssh: string;
  readonly as: number | null;
  /** A switch's loopback, the address of a server's first uplink. */
  readonly address: string;
  readonly interfaces: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

export interface LinkView {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly addresses: string;
  readonly mtu: number;
  readonly state: string;
}

export interface Inspection {
  readonly lab: string;
  readonly machines: readonly MachineView[];
  readonly links: readonly LinkView[];
}

/** The parts of `ip -j link` that are read here. */
export function parseLinks(
  printed: readonly { ifname: string; mtu: number; operstate?: string; flags?: readonly string[] }[],
): LiveInterface[] {
  return printed.map((link) => ({
    name: link.ifname,
    mtu: link.mtu,
    up: link.operstate === "UP" || (link.operstate === "UNKNOWN" && link.flags?.includes("LOWER_UP") === true),
  }));
}

/** The plan's machines and links with what was seen of them. */
export function inspection(
  plan: LabPlan,
  ports: Readonly<Record<string, { host: string; port: number }>>,
  live: Readonly<Record<string, LiveMachine>>,
): Inspection {
  const common = (name: string): Pick<MachineView, "name" | "state" | "ssh"> => ({
    name,
    state: live[name]?.state ?? "missing",
    ssh: ports[name] === undefined ? "none" : `${ports[name].host}:${ports[name].port}`,
  });
  const ofSwitch = (each: SwitchPlan): MachineView => ({
    ...common(each.name),
    role: tierName(each),
    as: each.as,
    address: each.loopback,
    interfaces: each.interfaces
      .filter((port) => port.addresses.length > 0 && port.name !== "lo")
      .map((port) => ({ name: port.name, addresses: port.addresses })),
  });
  const ofServer = (each: ServerPlan): MachineView => ({
    ...common(each.name),
    role: each.kind === "node" ? each.role : each.kind === "host" ? "host" : "load balancer",
    as: each.kind === "node" ? (each.bgp?.as ?? null) : each.kind === "balancer" ? each.as : null,
    address: homeOf(each).address,
    interfaces: each.uplinks.map((port) => ({ name: port.interface, addresses: [port.address] })),
  });
  return {
    lab: plan.name,
    machines: [...plan.switches.map(ofSwitch), ...plan.servers.map(ofServer)],
    links: plan.links.map((link) => ({
      name: link.name,
      a: endText(link.a),
      b: endText(link.b),
      mtu: link.mtu,
      addresses: [link.a, link.b]
        .map((end) => addressOf(plan, end))
        .filter((text) => text !== "")
        .join(" - "),
      state: linkState(
        link.mtu,
        [link.a, link.b].map((end) => ({ end, live: live[end.machine] })),
      ),
    })),
  };
}

const endText = (end: LinkEnd): string => `${end.machine} ${end.interface}`;

/** The address of a cable's end; empty for the port of a bridge. */
function addressOf(plan: LabPlan, { machine, interface: name }: LinkEnd): string {
  const ports = plan.switches.find((each) => each.name === machine)?.interfaces ?? [];
  const uplinks = plan.servers.find((each) => each.name === machine)?.uplinks ?? [];
  return (
    ports.find((each) => each.name === name)?.addresses[0] ??
    uplinks.find((each) => each.interface === name)?.address ??
    ""
  );
}

function linkState(mtu: number, ends: readonly { end: LinkEnd; live: LiveMachine | undefined }[]): string {
  const faults = ends.flatMap(({ end, live }) => {
    if (live?.interfaces === undefined || live.interfaces === null)
      return [`${end.machine} ${live?.state === "running" ? "does not answer" : (live?.state ?? "missing")}`];
    const found = live.interfaces.find((each) => each.name === end.interface);
    if (found === undefined) return [`${endText(end)} missing`];
    return [
      ...(found.up ? [] : [`${endText(end)} down`]),
      ...(found.mtu === mtu ? [] : [`${endText(end)} mtu ${found.mtu}`]),
    ];
  });
  return faults.length === 0 ? "up" : faults.join(", ");
}

export function inspectionTables(of: Inspection, colour: boolean): string {
  const style = { head: colour ? ["bold"] : [], border: colour ? ["grey"] : [] };
  const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const machines = new Table({
    head: ["machine", "role", "state", "ssh", "AS", "address", "interfaces"],
    style,
    chars,
  });
  for (const m of of.machines)
    machines.push([
      m.name,
      m.role,
      m.state,
      m.ssh,
      m.as === null ? "" : `${m.as}`,
      m.address,
      m.interfaces.map((port) => `${port.name} ${port.addresses.join(" ")}`).join(", "),
    ]);
  const links = new Table({ head: ["link", "from", "to", "addresses", "mtu", "state"], style, chars });
  for (const l of of.links) links.push([l.name, l.a, l.b, l.addresses, `${l.mtu}`, l.state]);
  return `${machines.toString()}\n${links.toString()}\n`;
}
