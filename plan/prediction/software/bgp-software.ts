import type { NeighborPlan } from "../../types";

/** The lookups that a speaker makes to find out whether it can send to a next hop; each by machine and address. */
export interface NextHopLookups {
  /** The address lies on a subnet of an interface that is up. */
  connected(machine: string, address: number): boolean;
  /** A BGP route of the speaker covers the address. */
  learned(machine: string, address: number): boolean;
  /** A route other than a default leads to the address, over a connected subnet in the end. */
  resolves(machine: string, address: number): boolean;
}

/** What a next hop's distance may depend on, of the session that brings the route. */
export interface NextHopSession {
  readonly at: { readonly name: string; readonly hasDefault: boolean };
  /** Own address on the session, and the neighbor's. */
  readonly local: number;
  readonly address: number;
  readonly internal: boolean;
  readonly settings: { readonly multihop: number | null };
}

/**
 * What one BGP software does differently from others: wherever the prediction has to know whose rules a speaker follows it asks here. What all of them
 * do alike (RFC 4271, RFC 4456) is not here.
 */
export interface BgpSoftware {
  readonly name: string;

  /** Whether a statement of this kind about an external neighbor on no connected subnet brings up a session only if it says multihop. */
  wantsMultihopOffLink(kind: NeighborPlan["kind"]): boolean;

  /** A neighbor that only a default route covers is called. Otherwise the speaker waits to be called by it. */
  readonly callsByDefault: boolean;

  /** Of equal external paths the one that came first stays the best, so that timing decides; otherwise the lower router ID is better. */
  readonly keepsOldestPath: boolean;

  /** Of equal paths with one next hop a single one is used, that of the neighbor with the lowest address. */
  readonly usesOnePathPerNextHop: boolean;

  /** A neighbor gets every path, each under an ID of its own (RFC 7911), not the best alone. */
  readonly sendsAllPaths: boolean;

  /** A neighbor is also sent routes that came from it, or whose next hop it is. */
  readonly returnsRoutes: boolean;

  /** On a subnet with third machines, a next hop that is one of these is passed on as it is (RFC 4271, section 5.1.3). */
  readonly keepsThirdPartyNextHop: boolean;

  /** The community of graceful shutdown makes a route from outside the last choice without any policy (RFC 8326, section 4). */
  readonly knowsGracefulShutdown: boolean;

  /** A route whose next hop is the receiver's own address is refused; otherwise it stays in the table, out of reach. */
  readonly refusesOwnNextHop: boolean;

  /** Whose routes are looked through for the own cluster ID (RFC 4456, section 8): all internal neighbors', or clients' alone. */
  readonly looksForClusterFrom: "all" | "clients";

  /** The own cluster ID is looked for when a route is sent as well. */
  readonly looksForClusterWhenSending: boolean;

  /** By how many prefixes a session may go beyond its maximum before it is ended. */
  readonly prefixesBeyondLimit: number;

  /** Speakers that hear the same from the same neighbors choose the same: nothing in their choice or in what they send hangs on addresses of their own sessions. */
  readonly choosesByRoutesAlone: boolean;

  /** Calico's filter decides which routes reach the kernel: none to services, none to pods that Felix routes, and those of an IPIP pool lead into the tunnel. */
  readonly filtersKernelRoutes: boolean;

  /** A prefix with no path in reach is programmed as a route that leads nowhere; otherwise the kernel gets none. */
  readonly programsUnreachable: boolean;

  /**
   * Whether the kernel's next hops are those of a route to the path's next hop where that lies on no connected subnet.
   *
   * @param best the best path: whether it came from inside the AS, and whether from a neighbor several hops away
   */
  followsNextHop(best: { readonly internal: boolean; readonly multihop: boolean }): boolean;

  /** How far away a route's next hop is, for the decision (RFC 4271, section 9.1.2.2 e); Infinity: out of reach, the path can't be used. */
  nextHopDistance(session: NextHopSession, nextHop: number, lookups: NextHopLookups): number;
}
