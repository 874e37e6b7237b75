import { LEAF_TIER, SPINE_TIER } from "./allocate/tiers";
import type { Allocation, LeafAllocation, SwitchAllocation } from "./allocate/types";
import { defined } from "./defined";
import type {
  Address,
  BalancerPlan,
  HostPlan,
  InterfaceAddress,
  LabPlan,
  NodePlan,
  ServerPlan,
  SwitchPlan,
  Uplink,
} from "./types";

/*
 * Where to find things in a plan, and in the allocation that a plan is made of: by what they are, and by name.
 */

/** A list of servers, of a plan or of an allocation. */
interface Servers<S extends { readonly kind: ServerPlan["kind"] }> {
  readonly servers: readonly S[];
}

/** The machines of the Kubernetes cluster, in the order of the list. */
export function nodesOf<S extends { readonly kind: ServerPlan["kind"] }>(
  of: Servers<S>,
): Extract<S, { readonly kind: "node" }>[] {
  return of.servers.filter((each): each is Extract<S, { readonly kind: "node" }> => each.kind === "node");
}

/** The machines outside the cluster. */
export function hostsOf<S extends { readonly kind: ServerPlan["kind"] }>(
  of: Servers<S>,
): Extract<S, { readonly kind: "host" }>[] {
  return of.servers.filter((each): each is Extract<S, { readonly kind: "host" }> => each.kind === "host");
}

/** The load balancers: one at most, as a spec has it today. */
export function balancersOf<S extends { readonly kind: ServerPlan["kind"] }>(
  of: Servers<S>,
): Extract<S, { readonly kind: "balancer" }>[] {
  return of.servers.filter((each): each is Extract<S, { readonly kind: "balancer" }> => each.kind === "balancer");
}

/** Switches that servers are cabled to. */
export function leavesOf(of: Allocation): LeafAllocation[];
export function leavesOf(of: LabPlan): SwitchPlan[];
export function leavesOf(of: Allocation | LabPlan): (SwitchAllocation | SwitchPlan)[] {
  return [...of.switches].filter((each) => each.tier === LEAF_TIER);
}

/** Switches that join the leaves. */
export function spinesOf(of: Allocation): SwitchAllocation[];
export function spinesOf(of: LabPlan): SwitchPlan[];
export function spinesOf(of: Allocation | LabPlan): (SwitchAllocation | SwitchPlan)[] {
  return [...of.switches].filter((each) => each.tier === SPINE_TIER);
}

/** What people call a switch of this tier. */
export function tierName({ tier }: { readonly tier: number }): "leaf" | "spine" {
  return tier === LEAF_TIER ? "leaf" : "spine";
}

/** Every machine of a lab: switches, then servers. */
export function machinesOf(plan: LabPlan): (SwitchPlan | ServerPlan)[] {
  return [...plan.switches, ...plan.servers];
}

/** Names of every machine of a lab. */
export function machineNames(plan: LabPlan): string[] {
  return machinesOf(plan).map(({ name }) => name);
}

/** The switch of this name; throws if the plan has none. */
export function switchOf(plan: LabPlan, name: string): SwitchPlan {
  return defined(
    plan.switches.find((each) => each.name === name),
    `switch "${name}" in the plan of ${plan.name}`,
  );
}

/** The server of this name; throws if the plan has none. */
export function serverOf(plan: LabPlan, name: string): ServerPlan {
  return defined(
    plan.servers.find((each) => each.name === name),
    `server "${name}" in the plan of ${plan.name}`,
  );
}

/** The node of this name; throws if the plan has none. */
export function nodeOf(plan: LabPlan, name: string): NodePlan {
  return defined(
    nodesOf(plan).find((each) => each.name === name),
    `node "${name}" in the plan of ${plan.name}`,
  );
}

/** The uplink that a server is known by: the first. Its address is the server's own, its leaf the server's rack. */
export function homeOf(server: { readonly name: string; readonly uplinks: readonly Uplink[] }): Uplink {
  return defined(server.uplinks[0], `uplink of ${server.name}`);
}

/** The address that a server is known by, without its length: "10.0.101.11". */
export function addressOf(server: NodePlan | HostPlan | BalancerPlan): Address {
  return hostPart(homeOf(server).address);
}

/** An interface address without its length. */
export function hostPart(address: InterfaceAddress): Address {
  return defined(address.split("/")[0], `address in "${address}"`);
}

/** N of the switch port "swpN". */
export function portNumber(port: string): number {
  const digits = /^swp(\d+)$/.exec(port)?.[1];
  return Number(defined(digits, `number in the port name "${port}"`));
}

/** Name of a switch's N-th port, as Cumulus Linux has it. */
export function portName(number: number): string {
  return `swp${number}`;
}
