import type { RpFilter } from "../../../lab-spec";
import type { Allocation, SwitchAllocation } from "../../allocate";

/** The reverse-path filter of a switch and where it is written: its own, or the lab's. */
export function rpFilterOf(
  of: SwitchAllocation,
  { spec }: Allocation,
): { readonly path: string; readonly value: RpFilter } {
  const own = of.spec.rpFilter;
  return own === null ? { path: "rpFilter", value: spec.rpFilter } : { path: `${of.spec.path}.rpFilter`, value: own };
}
