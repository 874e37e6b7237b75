import { addressNumber } from "../../lab-spec/ip";
import { didYouMean } from "../../lab-spec/suggest";
import { inServiceRange } from "../cluster";
import { addressOf, balancersOf, hostPart, hostsOf, nodesOf } from "../lookup";
import type { Address, LabPlan, ServerPlan } from "../types";
import { blockFinder, podAddress, type Blocks } from "./pods";
import { nodePortOf, servicesOf } from "./services";
import { pathTopologyOf } from "./topology";
import type { PathEnd } from "./types";

/** Every endpoint of a lab: a pod a node, nodes, hosts, the load balancer and its VIPs, services, switches' loopbacks. */
export function endpointsOf(plan: LabPlan, blocks: Blocks): PathEnd[] {
  const machine = (kind: PathEnd["kind"], name: string, address: Address): PathEnd => ({
    name,
    kind,
    machine: name,
    address,
    nominal: false,
  });
  const server = (kind: PathEnd["kind"], of: ServerPlan): PathEnd => machine(kind, of.name, addressOf(of));
  return [
    ...nodesOf(plan).flatMap(({ name }): PathEnd[] => {
      const address = podAddress(blocks, name);
      return address === null ? [] : [{ name: `pod:${name}`, kind: "pod", machine: name, address, nominal: true }];
    }),
    ...nodesOf(plan).map((each) => server("node", each)),
    ...hostsOf(plan).map((each) => server("host", each)),
    ...balancersOf(plan).flatMap((balancer): PathEnd[] => [
      server("netscaler", balancer),
      ...balancer.vips.map((address): PathEnd => ({
        name: `vip:${address}`,
        kind: "vip",
        machine: balancer.name,
        address,
        nominal: false,
      })),
    ]),
    ...servicesOf(plan).map(({ name, address, nominal }): PathEnd => ({
      name: `service:${name}`,
      kind: "service",
      machine: null,
      address,
      nominal,
    })),
    ...plan.switches.map((each) => machine("switch", each.name, hostPart(each.loopback))),
  ];
}

/** Kinds of endpoints that only receive. */
const RECEIVERS: readonly PathEnd["kind"][] = ["service", "vip", "nodeport", "address"];

/** Whether packets can start here: a service, a VIP, a port of a node and a stray address only receive. */
export const isSource = ({ kind }: PathEnd): boolean => !RECEIVERS.includes(kind);

/** The port that the workload's local service has on every node. There is one a node, and they are asked for by name alone: a table of all pairs would be twice as long. */
function nodePortsOf(plan: LabPlan): PathEnd[] {
  if (nodePortOf(plan) === null) return [];
  return nodesOf(plan).map((node) => ({
    name: `nodeport:${node.name}`,
    kind: "nodeport",
    machine: null,
    address: addressOf(node),
    nominal: false,
  }));
}

/** Thrown for a name that is none. */
export class UnknownEndpointError extends Error {}

/**
 * The endpoint a user names: one of the lab's, or any IPv4 address.
 *
 * @throws UnknownEndpointError with what was probably meant
 */
export function endpointNamed(text: string, plan: LabPlan, blocks: Blocks): PathEnd {
  const all = [...endpointsOf(plan, blocks), ...nodePortsOf(plan)];
  const named = all.find((each) => each.name === text) ?? all.find((each) => each.address === text);
  if (named !== undefined) return named;
  if (addressNumber(text) === null)
    throw new UnknownEndpointError(
      `there is no endpoint "${text}" in lab ${plan.name}. ${didYouMean(
        text,
        all.map((each) => each.name),
      )}`,
    );
  const owner = pathTopologyOf(plan).owner(text);
  if (owner !== null) return { name: text, kind: "address", machine: owner.machine, address: text, nominal: false };
  const node = blockFinder(blocks, plan)(text);
  if (node !== null) return { name: text, kind: "pod", machine: node, address: text, nominal: true };
  return {
    name: text,
    kind: inServiceRange(plan, text) ? "service" : "address",
    machine: null,
    address: text,
    nominal: false,
  };
}
