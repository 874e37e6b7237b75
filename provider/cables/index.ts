import type { CableKind, Endpoint } from "./cable";
import { vethCable } from "./veth";

export type { CableFacts, CableKind, CableSettings, Endpoint } from "./cable";

/** Every kind of cable there is. */
export const CABLES: readonly CableKind[] = [vethCable];

/** A cable between two endpoints, in the order in which its kind wants them. */
export interface Joint {
  readonly kind: CableKind;
  readonly ends: readonly [Endpoint, Endpoint];
}

/** How two endpoints are joined; null where no kind of cable can. */
export function jointOf(a: Endpoint, b: Endpoint, kinds: readonly CableKind[] = CABLES): Joint | null {
  for (const kind of kinds) {
    const [first, second] = kind.joins;
    if (a.kind === first && b.kind === second) return { kind, ends: [a, b] };
    if (a.kind === second && b.kind === first) return { kind, ends: [b, a] };
  }
  return null;
}
