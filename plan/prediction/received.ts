import { addressText, sortPrefixes } from "../../lab-spec/ip";
import type { Prefix } from "../types";
import type { Arriving } from "./bgp/arriving";
import type { Network } from "./bgp/model";
import { pathsOn, type Flows } from "./flows";
import type { Group } from "./groups";
import type { ReceivedPrediction } from "./types";

/** What each end of each session receives; lists of prefixes are put together when they are asked for. */
export function receivedOf(network: Network, groups: readonly Group[], flows: Flows): ReceivedPrediction[] {
  return network.edges.flat().map((edge) => {
    const how = flows.get(edge);
    const list = (which: Arriving): Prefix[] =>
      sortPrefixes(groups.flatMap((group, i) => (how?.at(i) === which ? group.prefixes : [])));
    let certain = 0;
    let possible = 0;
    groups.forEach((group, i) => {
      const { always, sometimes } = pathsOn(network, group, edge, how?.at(i) ?? "never");
      certain += always * group.prefixes.length;
      possible += sometimes * group.prefixes.length;
    });
    return {
      session: edge.session,
      from: edge.from.name,
      to: edge.at.name,
      neighbor: addressText(edge.address),
      get always() {
        return list("always");
      },
      get sometimes() {
        return list("sometimes");
      },
      get counts() {
        return Array.from({ length: possible + 1 }, (_, extra) => certain + extra);
      },
    };
  });
}
