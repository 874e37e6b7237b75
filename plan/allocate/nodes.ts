import type { NodeSpec } from "../../spec";
import { addressText, prefixRange } from "../../spec/ip";
import { settle } from "./setting";
import { trailingNumber } from "./switches";
import type { LeafAllocation, NodeAllocation } from "./types";

/** Where each role's nodes start in the server subnet and on the leaf's ports: index 1 is one above. */
const ADDRESS_OFFSET = { worker: 100, "control-plane": 10 } as const;
const PORT_OFFSET = { worker: 0, "control-plane": 40 } as const;

/** Numbers a node from its index among the nodes of its role on its leaf: address and leaf port. */
export function allocateNode(spec: NodeSpec, leaves: readonly LeafAllocation[]): NodeAllocation {
  const leaf = leaves.find((each) => each.name === spec.leaf) ?? null;
  const index = settle(`${spec.path}.index`, spec.index, () => trailingNumber(spec.name));
  const nth = (offset: number): number | null => (index.value === null ? null : offset + index.value);
  return {
    spec,
    leaf,
    index,
    address: settle(`${spec.path}.address`, spec.address, () => hostAddress(leaf?.serverSubnet.value ?? null, nth(ADDRESS_OFFSET[spec.role]))),
    port: settle(`${spec.path}.port`, spec.port, () => nth(PORT_OFFSET[spec.role])),
  };
}

/** The n-th address of a subnet if it is one a host may have: not the last, which is the broadcast address. */
function hostAddress(subnet: string | null, n: number | null): string | null {
  const range = subnet === null ? null : prefixRange(subnet);
  return range !== null && n !== null && range.first + n < range.last ? addressText(range.first + n) : null;
}
