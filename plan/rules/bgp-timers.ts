import type { BgpSettings } from "../../lab-spec";
import { nodesSpeakBgp } from "../calico";
import { FRR_TIMERS } from "../timers";
import { defineRule, type Finding } from "./rule";

export const bgpTimers = defineRule({
  name: "bgp-timers",
  title: "A BGP hold time is at least three times the keepalive interval",
  severity: "warning",
  source: "RFC 4271, section 4.4",
  why: "One lost keepalive message would end the session.",
  find: ({ spec, switches }) => [
    ...timers("fabric.bgp", spec.fabric.bgp, {}),
    ...switches.flatMap((each) => timers(`${each.spec.path}.bgp`, each.spec.bgp, spec.fabric.bgp)),
    ...(nodesSpeakBgp(spec.calico)
      ? timers(
          "calico.bgp",
          { keepalive: spec.calico.bgp.keepalive ?? undefined, hold: spec.calico.bgp.hold ?? undefined },
          {},
        )
      : []),
  ],
});

type Timers = Pick<BgpSettings, "keepalive" | "hold">;

function timers(path: string, own: Timers, inherited: Timers): Finding[] {
  if (own.keepalive === undefined && own.hold === undefined) return [];
  const keepalive = own.keepalive ?? inherited.keepalive ?? FRR_TIMERS.keepalive;
  const hold = own.hold ?? inherited.hold ?? FRR_TIMERS.hold;
  if (hold >= 3 * keepalive) return [];
  const shown = (key: "keepalive" | "hold", value: number): string =>
    `${value}${own[key] !== undefined ? "" : inherited[key] !== undefined ? " (fabric.bgp)" : " (default)"}`;
  return [
    {
      path: `${path}.${own.hold === undefined ? "keepalive" : "hold"}`,
      message: `hold time ${hold} s is less than three keepalive intervals of ${keepalive} s`,
      values: { [`${path}.keepalive`]: shown("keepalive", keepalive), [`${path}.hold`]: shown("hold", hold) },
      remedy: `Use a hold time of ${3 * keepalive} or more${hold >= 3 ? `, or a keepalive of ${Math.floor(hold / 3)} or less` : ""}.`,
    },
  ];
}
