import { knownRange } from "../../lab-spec/ip";
import type { Allocation, ServerAllocation } from "../allocate";
import { portName } from "../lookup";
import type { LinkPlan, ServerPlan, Uplink } from "../types";
import { balancerNeighbors, nodeBgp } from "./bgp/cluster";
import { UPLINK } from "./common/names";
import { sure } from "./common/order";

export function serverPlan(from: ServerAllocation, lab: Allocation): ServerPlan {
  const common = {
    name: from.spec.name,
    hostname: from.spec.name,
    uplinks: [uplink(from, lab)],
    rpFilter: lab.spec.rpFilter,
    kernel: ("kernel" in from.spec ? from.spec.kernel : null) ?? lab.spec.kernel,
  };
  switch (from.kind) {
    case "node":
      return { kind: "node", ...common, role: from.spec.role, bgp: nodeBgp(from, lab) };
    case "host":
      return { kind: "host", ...common };
    case "balancer":
      return {
        kind: "balancer",
        ...common,
        as: from.spec.as,
        bgp: { clusterId: null, maximumPaths: from.spec.maxPaths, multipathRelax: false },
        vips: [...from.spec.vips],
        neighbors: balancerNeighbors(from, lab),
      };
  }
}

function uplink(from: ServerAllocation, { spec }: Allocation): Uplink {
  const leaf = sure(from.leaf);
  return {
    interface: UPLINK,
    leaf: leaf.name,
    leafPort: portName(sure(from.port.value)),
    address: `${sure(from.address.value)}/${knownRange(sure(leaf.serverSubnet.value)).length}`,
    gateway: sure(leaf.gateway),
    mtu: spec.fabric.mtu,
  };
}

/** The cables of a server, one an uplink. */
export function serverLinks({ name, uplinks }: ServerPlan): LinkPlan[] {
  return uplinks.map(({ interface: own, leaf, leafPort, mtu }) => ({
    name: `${name}-${leaf}`,
    kind: "server",
    a: { machine: name, interface: own },
    b: { machine: leaf, interface: leafPort },
    mtu,
  }));
}
