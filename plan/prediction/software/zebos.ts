import type { BgpSoftware } from "./bgp-software";
import { frr84 } from "./frr84";

/**
 * ZebOS, the routing suite of a NetScaler. It and FRR both descend from GNU Zebra, and no difference that shows in a lab is documented
 * (https://docs.netscaler.com, "Configuring BGP"): each member is FRR's until a live NetScaler shows otherwise. Whatever is found goes here. That a default route is route enough is taken from its use: a NetScaler
 * has its neighbors of other racks behind its default gateway.
 */
export const zebos: BgpSoftware = { ...frr84, name: "ZebOS", callsByDefault: true };
