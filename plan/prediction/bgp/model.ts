import type { PrefixRange } from "../../../lab-spec/ip";
import type { Speaker } from "../speakers";
import type { Edge, BgpPath, Sent } from "./path";

/**
 * Speakers that hear the same neighbors in the same way. What one of them settles on, the others do as well, each on its own sessions, unless a
 * route is about one of them: it holds its AS number, or comes back to it. Most of a fabric's leaves are such a class for most prefixes.
 */
export interface Class {
  /** Members' sessions with the neighbors they share, by id, each in the same order. */
  readonly edges: ReadonlyMap<number, readonly Edge[]>;
}

/** Class of each speaker by id; null: it is alone. */
export type Classes = readonly (Class | null)[];

/** The network a route travels in. */
export interface Network {
  readonly speakers: readonly Speaker[];
  /** Established sessions by the receiver's id, and each one's other side. */
  readonly edges: readonly (readonly Edge[])[];
  readonly reverse: ReadonlyMap<Edge, Edge>;
  /** Some speaker is drained: local preferences differ. */
  readonly drained: boolean;
  /** Speakers that pass nothing on: BIRD with one session, to which it sends back nothing that came from there. */
  readonly stubs: ReadonlySet<number>;
  /** Speakers that settle alike: what one has found out is found out for the others. */
  readonly classes: Classes;
  /** How far a next hop that a neighbor gave is, for those that compare it; Infinity: out of reach. */
  distance(edge: Edge, nextHop: number): number;
}

/** A prefix, or several that all speakers treat alike. */
export interface Origins {
  readonly example: PrefixRange;
  /** What each originates, by id. */
  readonly own: ReadonlyMap<number, readonly BgpPath[]>;
  /** Whose own path, an aggregate, is there in some outcomes alone. */
  readonly optional: ReadonlySet<number>;
  /** Those of them that may then have no path at all: what they aggregate is there in some outcomes alone. */
  readonly uncertain: ReadonlySet<number>;
  /** Who keeps it to itself, because it announces an aggregate over it alone. */
  readonly suppressed: ReadonlySet<number>;
}

/** What a speaker sends to one group of neighbors: a route for each path it may have settled on. */
export interface Advertisement {
  readonly routes: readonly { readonly route: Sent; readonly path: BgpPath }[];
  /** Some of its paths are not sent. */
  readonly withheld: boolean;
  /** No two routes are the same: the neighbor's equal paths may differ in what doesn't travel. Found out when it is first asked. */
  distinct: boolean | null;
  /** In how many of the routes an AS number stands; counted when it is first asked. */
  holding: ReadonlyMap<number, number> | null;
}

/** What a speaker may have settled on. */
export interface Settled {
  /** One of these is its best path. */
  readonly best: readonly BgpPath[];
  /** Or, in some outcomes, none is. */
  readonly none: boolean;
  /** By group of neighbors, once one has asked. */
  sent: Map<string, Advertisement> | null;
  /** All it has, of a speaker that sends all it has; null of others. */
  readonly table: readonly Alternatives[] | null;
}

/** One path, which of these it is depends on what the neighbor has settled on. */
export interface Alternatives {
  readonly paths: readonly BgpPath[];
  /** There is none in some outcomes. */
  readonly maybe: boolean;
}

/** What may arrive on a session: one path, or one of several that the neighbor sends. */
export interface Arrival extends Alternatives {
  readonly edge: Edge;
}

export type State = readonly Settled[];

export const NOTHING: Settled = { best: [], none: true, sent: null, table: null };
