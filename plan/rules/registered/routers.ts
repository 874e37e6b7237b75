import { hostPart } from "../../lookup";
import type { LabPlan } from "../../types";

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

/** Switches, nodes and the load balancer of a plan, as far as they speak BGP. */
export function routersOf(plan: LabPlan): Router[] {
  return [
    ...plan.switches.map(({ name, as, interfaces, bridge }) => ({
      name,
      as,
      addresses: [...interfaces.flatMap((each) => each.addresses), ...(bridge === null ? [] : [bridge.address])].map(
        hostPart,
      ),
    })),
    ...plan.servers.flatMap((server) => {
      const as = server.kind === "node" ? (server.bgp?.as ?? null) : server.kind === "balancer" ? server.as : null;
      const addresses = server.uplinks.map(({ address }) => hostPart(address));
      return as === null ? [] : [{ name: server.name, as, addresses }];
    }),
  ];
}
