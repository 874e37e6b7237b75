import type { Speaker } from "../speakers";
import { allArrivals, sendsAll } from "./add-path";
import type { Arrival, Network, Origins, State } from "./model";
import type { Edge } from "./path";
import { arrival } from "./receive";

/** What may arrive at a speaker on each of its sessions. */
export function arrivals(network: Network, origins: Origins, state: State, at: Speaker): Arrival[] {
  return (network.edges[at.id] ?? []).flatMap((edge) => arrivalsOn(network, origins, state, edge));
}

/** What may arrive on a session: an arrival for each path that is sent. */
export function arrivalsOn(network: Network, origins: Origins, state: State, edge: Edge): Arrival[] {
  return sendsAll(network, edge)
    ? allArrivals(network, origins, state, edge)
    : [arrival(network, origins, state, edge)];
}
