import type { HostSpec, NetscalerSpec, NodeSpec } from "../../lab-spec";
import { addressText, prefixRange } from "../../lab-spec/ip";
import { settle } from "./setting";
import { trailingNumber } from "./switches";
import type { HostAllocation, LeafAllocation, NetscalerAllocation, NodeAllocation } from "./types";

/** Where each role's nodes start in the server subnet and on the leaf's ports: index 1 is one above. */
const ADDRESS_OFFSET = { worker: 100, "control-plane": 10 } as const;
const PORT_OFFSET = { worker: 0, "control-plane": 40 } as const;
/** Machines outside the cluster: hosts by index, and the one load balancer. */
const HOST_OFFSET = { address: 200, port: 30 } as const;
const NETSCALER = { address: 208, port: 49 } as const;

/** Numbers a node from its index among the nodes of its role on its leaf: address and leaf port. */
export function allocateNode(spec: NodeSpec, leaves: readonly LeafAllocation[]): NodeAllocation {
  const leaf = leaves.find((each) => each.name === spec.leaf) ?? null;
  const index = settle(`${spec.path}.index`, spec.index, () => trailingNumber(spec.name));
  const nth = (offset: number): number | null => (index.value === null ? null : offset + index.value);
  return {
    spec,
    leaf,
    index,
    address: settle(`${spec.path}.address`, spec.address, () =>
      hostAddress(leaf?.serverSubnet.value ?? null, nth(ADDRESS_OFFSET[spec.role])),
    ),
    port: settle(`${spec.path}.port`, spec.port, () => nth(PORT_OFFSET[spec.role])),
  };
}

/** Numbers a host from its index among the hosts on its leaf. */
export function allocateHost(spec: HostSpec, leaves: readonly LeafAllocation[]): HostAllocation {
  const leaf = leaves.find((each) => each.name === spec.leaf) ?? null;
  const index = settle(`${spec.path}.index`, spec.index, () => trailingNumber(spec.name));
  const nth = (offset: number): number | null => (index.value === null ? null : offset + index.value);
  return {
    spec,
    leaf,
    index,
    address: settle(`${spec.path}.address`, spec.address, () =>
      hostAddress(leaf?.serverSubnet.value ?? null, nth(HOST_OFFSET.address)),
    ),
    port: settle(`${spec.path}.port`, spec.port, () => nth(HOST_OFFSET.port)),
  };
}

export function allocateNetscaler(spec: NetscalerSpec, leaves: readonly LeafAllocation[]): NetscalerAllocation {
  const leaf = leaves.find((each) => each.name === spec.leaf) ?? null;
  return {
    spec,
    leaf,
    address: settle(`${spec.path}.address`, spec.address, () =>
      hostAddress(leaf?.serverSubnet.value ?? null, NETSCALER.address),
    ),
    port: settle(`${spec.path}.port`, spec.port, () => NETSCALER.port),
  };
}

/** The n-th address of a subnet if it is one a host may have: not the last, which is the broadcast address. */
function hostAddress(subnet: string | null, n: number | null): string | null {
  const range = subnet === null ? null : prefixRange(subnet);
  return range !== null && n !== null && range.first + n < range.last ? addressText(range.first + n) : null;
}
