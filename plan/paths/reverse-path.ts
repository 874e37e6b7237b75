import { machinesOf } from "../lookup";
import type { Address, LabPlan, ReversePathFilter } from "../types";
import type { Routing } from "./routes";

/** What machines' reverse-path filters (net.ipv4.conf.*.rp_filter) do with packets that come in. */
export interface ReversePath {
  /** Whether any machine filters. */
  readonly filters: boolean;
  /** Whether a machine drops a packet from this source that comes in by an interface. Bridge ports are the bridge's. */
  refusal(machine: string, ingress: string, source: Address): Refusal | null;
}

/** `sure`: in every outcome; else timing decides which next hops the way back has. */
export interface Refusal {
  readonly reason: string;
  readonly sure: boolean;
}

/**
 * The kernel looks the source up as if to answer: strict wants a next hop by the interface the packet came in by (any of those of equal routes),
 * loose any route that is no blackhole.
 *
 * Source: RFC 3704, sections 2.2 and 2.4; https://docs.kernel.org/networking/ip-sysctl.html (rp_filter)
 */
export function reversePathOf(plan: LabPlan, routing: Routing): ReversePath {
  const modes = new Map<string, ReversePathFilter>(machinesOf(plan).map((each) => [each.name, each.rpFilter]));
  const bridges = new Map(
    plan.switches.flatMap(({ name, bridge }) =>
      (bridge?.ports ?? []).map((port) => [`${name} ${port}`, bridge?.name ?? port] as const),
    ),
  );
  return {
    filters: [...modes.values()].some((mode) => mode !== "off"),
    refusal(machine, port, source) {
      const mode = modes.get(machine) ?? "off";
      if (mode === "off") return null;
      const ingress = bridges.get(`${machine} ${port}`) ?? port;
      const route = routing.lookup(machine, source);
      if (route === null || route.kind === "blackhole" || route.kind === "unreachable")
        return {
          reason: `${machine} has no way back to ${source}, and its reverse-path filter is ${mode}`,
          sure: true,
        };
      const back = route.kind === "connected" ? [route.interface] : route.nextHops.map((hop) => hop.interface);
      if (mode === "loose" || (back.includes(ingress) && (route.certain || back.every((each) => each === ingress))))
        return null;
      const sends = back.includes(ingress)
        ? `may send to ${source} by ${back.filter((each) => each !== ingress).join(", ")} alone`
        : `sends to ${source} by ${back.join(", ")}`;
      return {
        reason: `${machine} gets it by ${ingress}, ${sends}, and its reverse-path filter is strict`,
        sure: !back.includes(ingress),
      };
    },
  };
}
