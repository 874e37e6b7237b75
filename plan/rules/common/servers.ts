import type { Allocation, LeafAllocation, Setting } from "../../allocate";

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
export function serversOf({ nodes, hosts, netscaler }: Allocation): Server[] {
  return [
    ...nodes.map((node): Server => ({
      ...common("node", node),
      index: node.index,
      key: `${node.spec.leaf} ${node.spec.role} ${node.index.value ?? ""}`,
    })),
    ...hosts.map((host): Server => ({
      ...common("host", host),
      index: host.index,
      key: `${host.spec.leaf} host ${host.index.value ?? ""}`,
    })),
    ...(netscaler === null ? [] : [{ ...common("load balancer", netscaler), index: null, key: "load balancer" }]),
  ];
}

type From = Pick<Server, "leaf" | "address" | "port"> & {
  readonly spec: { readonly name: string; readonly path: string; readonly leaf: string };
};

function common(kind: Server["kind"], { spec, leaf, address, port }: From): Omit<Server, "index" | "key"> {
  return { kind, name: spec.name, path: spec.path, leafName: spec.leaf, leaf, address, port };
}
