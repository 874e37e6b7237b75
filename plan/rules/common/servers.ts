import type { Allocation, LeafAllocation, ServerAllocation, Setting } from "../../allocate";

/** A machine on a leaf's server subnet: node, outside host or load balancer. */
export interface Server {
  readonly kind: "node" | "host" | "load balancer";
  readonly name: string;
  readonly path: string;
  readonly leafName: string;
  readonly leaf: LeafAllocation | null;
  /** Null for the load balancer: there is one. */
  readonly index: Setting<number | null> | null;
  readonly address: Setting<string | null>;
  readonly port: Setting<number | null>;
  /** Machines with one key derive the same numbers: a clash of theirs is the index's problem. */
  readonly key: string;
}

/** All machines behind leaves, in the order of the spec. */
export function serversOf({ servers }: Allocation): Server[] {
  return servers.map((server): Server => {
    const { spec, leaf, address, port, index } = server;
    return {
      kind: server.kind === "balancer" ? "load balancer" : server.kind,
      name: spec.name,
      path: spec.path,
      leafName: spec.leaf,
      leaf,
      index,
      address,
      port,
      key: keyOf(server),
    };
  });
}

function keyOf(server: ServerAllocation): string {
  switch (server.kind) {
    case "node":
      return `${server.spec.leaf} ${server.spec.role} ${server.index.value ?? ""}`;
    case "host":
      return `${server.spec.leaf} host ${server.index.value ?? ""}`;
    case "balancer":
      return "load balancer";
  }
}
