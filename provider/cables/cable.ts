/** A cable joins two endpoints. Each endpoint is of a kind, and a kind of cable knows how to join two kinds of endpoints. */

/** A machine's end of a cable, as its driver gives it. Each kind of endpoint adds what is needed to reach it. */
export interface Endpoint {
  readonly kind: string;
}

/** What both ends of a cable are to be. */
export interface CableSettings {
  /** Bytes. */
  readonly mtu: number;
  /** Administrative state of both ends. */
  readonly up: boolean;
}

/**
 * What a cable is. Where its two ends differ from each other (`uneven`), the MTU is the smaller one, and the cable is down if one end is. It never depends on what the
 * cable was found to be before: a refresh writes that down, and an end that was left alone would then look like the repaired one.
 */
export interface CableFacts extends CableSettings {
  readonly state: "connected" | "uneven" | "missing";
}

/** How two kinds of endpoints are joined. */
export interface CableKind<A extends Endpoint = Endpoint, B extends Endpoint = Endpoint> {
  /** The kinds of the endpoints that it joins, either way round. */
  readonly joins: readonly [A["kind"], B["kind"]];
  /** Connects the two, or corrects a cable that is there. */
  plug(a: A, b: B, settings: CableSettings): Promise<void>;
  /** A cable that is missing has the MTU and the admin state of the settings. */
  read(a: A, b: B, settings: CableSettings): Promise<CableFacts>;
  /** Fine where the cable is gone; a cable of the same interfaces that leads elsewhere stays. */
  unplug(a: A, b: B): Promise<void>;
}
