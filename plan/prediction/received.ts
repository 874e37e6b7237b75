import { addressText, sortPrefixes } from "../../spec/ip";
import type { Prefix } from "../types";
import type { Arriving, Network } from "./bgp/settle";
import type { Flows, Group } from "./groups";
import type { ReceivedPrediction } from "./types";

/** What each end of each session receives; lists of prefixes are put together when they are asked for. */
export function receivedOf(network: Network, groups: readonly Group[], flows: Flows): ReceivedPrediction[] {
  return network.edges.flat().map((edge) => {
    const how = flows.get(edge) ?? [];
    const number = (which: Arriving): number => groups.reduce((sum, group, i) => sum + (how[i] === which ? group.prefixes.length : 0), 0);
    const list = (which: Arriving): Prefix[] => sortPrefixes(groups.flatMap((group, i) => (how[i] === which ? group.prefixes : [])));
    const [certain, possible] = [number("always"), number("sometimes")];
    return {
      session: edge.session,
      from: edge.from.name,
      to: edge.at.name,
      neighbor: addressText(edge.address),
      get always() { return list("always"); },
      get sometimes() { return list("sometimes"); },
      counts: Array.from({ length: possible + 1 }, (_, extra) => certain + extra),
    };
  });
}
