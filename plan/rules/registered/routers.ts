import type { LabPlan, NodePlan } from "../../types";

/** Whoever speaks BGP at some addresses. */
export interface Router {
  readonly name: string;
  readonly as: number;
  readonly addresses: readonly string[];
}

/** A router that no plan knows, as a policy's configuration names it. */
export interface KnownRouter extends Router {
  readonly subnets?: readonly string[];
}

const host = (address: string): string => address.split("/")[0] ?? "";

/** Switches, nodes and the load balancer of a plan, as far as they speak BGP. */
export function routersOf(plan: LabPlan): Router[] {
  return [
    ...plan.switches.map(({ name, as, interfaces, bridge }) => ({
      name,
      as,
      addresses: [...interfaces.flatMap((each) => each.addresses), ...(bridge === null ? [] : [bridge.address])].map(
        host,
      ),
    })),
    ...plan.nodes
      .filter((node): node is NodePlan & { bgp: object } => node.bgp !== null)
      .map(({ name, address, bgp }) => ({ name, as: bgp.as, addresses: [host(address)] })),
    ...(plan.netscaler === null
      ? []
      : [{ name: plan.netscaler.name, as: plan.netscaler.as, addresses: [host(plan.netscaler.address)] }]),
  ];
}
