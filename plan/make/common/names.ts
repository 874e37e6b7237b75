import type { LinkAllocation } from "../../allocate";

/** Interface of a server towards its leaf. */
export const UPLINK = "eth1";
/** Interface of a leaf towards its servers: the bridge that their ports are in. */
export const BRIDGE = "bridge";

export function linkName({ lower, upper }: LinkAllocation): string {
  return `${lower.name}-${upper.name}`;
}
