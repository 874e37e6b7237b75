import { knownAddress } from "../../../lab-spec/ip";
import type { NeighborPlan, SessionSettings } from "../../types";

/** A session without anything special. */
const PLAIN: Omit<SessionSettings, "remoteAs"> = {
  multihop: null,
  allowasIn: 0,
  asOverride: false,
  routeReflectorClient: false,
  nextHopSelf: false,
  nextHopUnchanged: false,
  bfd: false,
  keepalive: null,
  hold: null,
  maximumPrefix: null,
  password: false,
  accept: null,
  acceptNextHop: null,
};

export function settings(some: Partial<SessionSettings> & Pick<SessionSettings, "remoteAs">): SessionSettings {
  return { ...PLAIN, ...some };
}

export function sortNeighbors(neighbors: readonly NeighborPlan[]): NeighborPlan[] {
  return [...neighbors].sort((a, b) => knownAddress(a.address) - knownAddress(b.address));
}
