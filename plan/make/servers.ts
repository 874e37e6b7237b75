import type { LabSpec } from "../../lab-spec";
import { knownRange } from "../../lab-spec/ip";
import type { Allocation, HostAllocation, NetscalerAllocation, NodeAllocation } from "../allocate";
import type { HostPlan, LinkPlan, NetscalerPlan, NodePlan, ServerPlan } from "../types";
import { nodeBgp } from "./node-bgp";
import { UPLINK } from "./names";
import { netscalerNeighbors } from "./neighbors";
import { sure } from "./order";

export function nodePlan(node: NodeAllocation, lab: Allocation): NodePlan {
  const { name, hostname, ...rest } = serverPlan(node, lab.spec);
  return { name, hostname, role: node.spec.role, ...rest, bgp: nodeBgp(node, lab) };
}

export function hostPlan(host: HostAllocation, spec: LabSpec): HostPlan {
  return serverPlan(host, spec);
}

export function netscalerPlan(from: NetscalerAllocation, lab: Allocation): NetscalerPlan {
  const { as, maxPaths, vips } = from.spec;
  return {
    ...serverPlan(from, lab.spec),
    as,
    bgp: { clusterId: null, maximumPaths: maxPaths, multipathRelax: false },
    vips: [...vips],
    neighbors: netscalerNeighbors(lab),
  };
}

function serverPlan(from: NodeAllocation | HostAllocation | NetscalerAllocation, spec: LabSpec): ServerPlan {
  const leaf = sure(from.leaf);
  return {
    name: from.spec.name,
    hostname: from.spec.name,
    leaf: leaf.name,
    leafPort: `swp${sure(from.port.value)}`,
    uplink: UPLINK,
    address: `${sure(from.address.value)}/${knownRange(sure(leaf.serverSubnet.value)).length}`,
    gateway: sure(leaf.gateway),
    mtu: spec.fabric.mtu,
    rpFilter: spec.rpFilter,
  };
}

export function serverLink({ name, leaf, leafPort, uplink, mtu }: ServerPlan): LinkPlan {
  return {
    name: `${name}-${leaf}`,
    kind: "server",
    a: { machine: name, interface: uplink },
    b: { machine: leaf, interface: leafPort },
    mtu,
  };
}
