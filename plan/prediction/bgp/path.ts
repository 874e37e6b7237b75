import type { SessionSettings } from "../../types";
import type { PrefixRange } from "../../../lab-spec/ip";
import type { Speaker } from "../speakers";

/** One end of an established session: what `at` has of `from`. */
export interface Edge {
  readonly at: Speaker;
  readonly from: Speaker;
  /** Own address on the session, and the neighbor's. */
  readonly local: number;
  readonly address: number;
  readonly settings: SessionSettings;
  readonly internal: boolean;
  /** Subnet with more than two machines that both ends are on; null elsewhere. Only there may a next hop be a third machine. */
  readonly shared: PrefixRange | null;
  /** What `at` sends on this session is the same for all of its sessions of this class (FRR: update group). */
  readonly group: string;
  /** AS numbers of the neighbors of the class, sorted. */
  readonly remotes: readonly number[];
  /** Name of the session. */
  readonly session: string;
}

/** Attributes of a route as they travel. */
export interface Attributes {
  readonly asPath: readonly number[];
  readonly localPref: number;
  /** It carries the community GRACEFUL_SHUTDOWN (RFC 8326). */
  readonly gshut: boolean;
  /** 0 where a router put none on it. */
  readonly originator: number;
  readonly clusters: readonly number[];
  /** 0: the sender itself. */
  readonly nextHop: number;
}

/** A route as it is sent. */
export interface Sent extends Attributes {
  /** What the neighbor it came from may get instead of what all others of the class get. */
  readonly backOnly: boolean;
}

/** A route in a speaker's table. */
export interface BgpPath extends Attributes {
  /** Null for one of its own. */
  readonly edge: Edge | null;
  readonly own: "network" | "aggregate" | null;
  readonly valid: boolean;
  /** How far the next hop is, where the speaker compares that (RFC 4271, section 9.1.2.2 e). */
  readonly metric: number;
  /** It comes back from where it went: FRR sends a route to the neighbor it came from too, BIRD doesn't. */
  readonly echo: boolean;
  /** What tells it from the neighbor's other paths of the prefix, where the neighbor sends several (RFC 7911); empty elsewhere. */
  readonly id: string;
}

export const LOCAL_PREF = 100;
/** What graceful shutdown makes of it (RFC 8326, section 4). */
export const GSHUT_LOCAL_PREF = 0;

export function ownPath(own: "network" | "aggregate"): BgpPath {
  return {
    edge: null,
    own,
    asPath: [],
    localPref: LOCAL_PREF,
    gshut: false,
    originator: 0,
    clusters: [],
    nextHop: 0,
    valid: true,
    metric: 0,
    echo: false,
    id: "",
  };
}

/** Router ID that the decision compares: the originator's, where reflectors passed the route (RFC 4456, section 9). */
export function decidingId(path: BgpPath): number {
  return path.originator !== 0 ? path.originator : (path.edge?.from.routerId ?? 0);
}

/** Two paths of one key are the same in all that travels and in where they come from. */
export function keyOf(path: BgpPath): string {
  return `${path.edge?.session ?? path.own ?? ""}|${path.id}|${path.asPath.join()}|${path.nextHop}|${path.localPref}|${path.originator}|${path.clusters.join()}|${path.valid ? 1 : 0}${path.gshut ? "g" : ""}`;
}
