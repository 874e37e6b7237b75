import type { LinkAllocation } from "../allocate";

/** Interface of a server towards its leaf. */
export const UPLINK = "eth1";

export function linkName(link: LinkAllocation): string {
  return `${link.leaf.name}-${link.spine.name}`;
}
