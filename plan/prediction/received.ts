import { addressText, sortPrefixes } from "../../spec/ip";
import type { Prefix } from "../types";
import type { Edge } from "./bgp/path";
import { arrival, type Network } from "./bgp/settle";
import type { Group } from "./groups";
import type { ReceivedPrediction } from "./types";

type Arriving = "always" | "sometimes" | "never";

/** What each end of each session receives; lists of prefixes are put together when they are asked for. */
export function receivedOf(network: Network, groups: readonly Group[]): ReceivedPrediction[] {
  return network.edges.flat().map((edge) => {
    const how = groups.map((group) => arriving(network, group, edge));
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

function arriving(network: Network, group: Group, edge: Edge): Arriving {
  const { paths, maybe } = arrival(network, group.origins, group.state, edge);
  if (paths.length === 0) return "never";
  return maybe || group.uncertain ? "sometimes" : "always";
}
