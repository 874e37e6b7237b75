import { looseRange, rangeText } from "../../spec/ip";
import type { InterfaceAddress, LabPlan, Prefix, ServerPlan, SwitchPlan } from "../types";
import { topologyOf, WHOLE, type Broken, type Topology } from "./topology";
import type { Route, RouteTables } from "./types";

/** Every machine's forwarding table: connected subnets with carrier, default routes, blackholes, and what BGP learned. */
export function tablesOf(plan: LabPlan, learned: RouteTables, broken: Broken = WHOLE): RouteTables {
  const topology = topologyOf(plan, broken);
  return new Map([
    ...plan.switches.map((each) => [each.name, [...switchRoutes(each, topology), ...(learned.get(each.name) ?? [])]] as const),
    ...[...topology.servers.values()].map((each) => [each.name, [...serverRoutes(each), ...(learned.get(each.name) ?? [])]] as const),
  ]);
}

function switchRoutes(of: SwitchPlan, topology: Topology): Route[] {
  const carrier = (name: string): boolean => topology.cable({ machine: of.name, interface: name }) !== null;
  const up = (name: string): boolean => name === "lo" || (name === of.bridge?.name ? of.bridge.ports.some(carrier) : carrier(name));
  return [
    ...of.interfaces.filter((each) => up(each.name)).flatMap((each) => each.addresses.map((address) => connected(address, each.name))),
    ...of.blackholes.map((prefix): Route => ({ prefix, kind: "blackhole", gateways: [] })),
  ];
}

function serverRoutes({ address, uplink, gateway }: ServerPlan): Route[] {
  return [connected(address, uplink), { prefix: "0.0.0.0/0", kind: "static", gateways: [{ address: gateway, interface: uplink }] }];
}

const connected = (address: InterfaceAddress, name: string): Route => ({ prefix: subnetOf(address), kind: "connected", gateways: [{ address: null, interface: name }] });

/** The prefix of an interface. */
export function subnetOf(address: InterfaceAddress): Prefix {
  const range = looseRange(address);
  if (range === null) throw new Error(`not an interface address: ${address}`);
  return rangeText(range);
}
