import { balancersOf, nodesOf } from "./lookup";
import type { LabPlan, SessionSettings } from "./types";

/** Seconds. FRR's datacenter profile; the load balancer's stand-in runs it too. */
export const FRR_TIMERS = { keepalive: 3, hold: 9 } as const;
/** Seconds. BIRD 1.6's default, which Calico 3.28 has no setting for: neither BGPPeer nor BGPConfiguration has a field for timers. */
export const BIRD_HOLD = 240;
/** Seconds for which FRR asks its neighbors to keep its routes when a session with it is lost (RFC 4724, `bgp graceful-restart restart-time`). */
export const FRR_RESTART = 120;

/** Seconds without a message after which the session of two addresses is down: the lower of what both ends propose (RFC 4271, section 4.2). */
export function holdTime(plan: LabPlan, a: SessionSide, b: SessionSide): number {
  return Math.min(proposed(plan, a, b), proposed(plan, b, a));
}

/** One end of a session. */
export interface SessionSide {
  readonly machine: string | null;
  readonly address: string | null;
}

function proposed(plan: LabPlan, { machine }: SessionSide, { address }: SessionSide): number {
  if (isBird(plan, machine)) return BIRD_HOLD;
  const router = [...plan.switches, ...balancersOf(plan).map((each) => ({ ...each, listen: null }))].find(
    (each) => each.name === machine,
  );
  const settings: SessionSettings | null =
    router?.neighbors.find((each) => each.address === address) ?? router?.listen ?? null;
  return settings?.hold ?? FRR_TIMERS.hold;
}

/**
 * Seconds for which an end goes on using the other's routes once the session is down. Calico's BIRD keeps those of a neighbor that asks for it, as
 * FRR does, also where the hold timer ended the session (long-lived graceful restart, RFC 9494); FRR drops routes with the session.
 */
export function keptFor(plan: LabPlan, end: SessionSide, other: SessionSide): number {
  return isBird(plan, end.machine) && !isBird(plan, other.machine) ? FRR_RESTART : 0;
}

const isBird = (plan: LabPlan, machine: string | null): boolean => nodesOf(plan).some((each) => each.name === machine);
