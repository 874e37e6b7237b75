import type { BgpSettings } from "../../../lab-spec";
import type { Allocation, SwitchAllocation } from "../../allocate";

/** One BGP setting of a switch: its own, or the fabric's; null if neither is written. */
export function bgpSetting<K extends keyof BgpSettings>(
  of: SwitchAllocation,
  { spec }: Allocation,
  key: K,
): { path: string; value: NonNullable<BgpSettings[K]> } | null {
  const own = of.spec.bgp[key];
  const common = spec.fabric.bgp[key];
  if (own !== undefined) return { path: `${of.spec.path}.bgp.${key}`, value: own };
  return common === undefined ? null : { path: `fabric.bgp.${key}`, value: common };
}

/** Whether a switch of the setting is on. */
export function isOn(
  of: SwitchAllocation,
  lab: Allocation,
  key: "asOverride" | "bfd" | "nextHopSelf" | "routeReflector",
): boolean {
  return bgpSetting(of, lab, key)?.value === true;
}
