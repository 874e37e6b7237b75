import type { Address, LabPlan, RpFilter } from "../types";
import type { Routing } from "./routes";

/** What machines' reverse-path filters (net.ipv4.conf.*.rp_filter) do with packets that come in. */
export interface ReversePath {
  /** Whether any machine filters. */
  readonly filters: boolean;
  /** Why a machine drops a packet from this source that comes in by an interface; empty if it takes it. Bridge ports are the bridge's. */
  refusal(machine: string, ingress: string, source: Address): string;
}

/**
 * The kernel looks the source up as if to answer: strict wants a next hop by the interface the packet came in by (any of those of equal routes),
 * loose any route that is no blackhole.
 *
 * Source: RFC 3704, sections 2.2 and 2.4; https://docs.kernel.org/networking/ip-sysctl.html (rp_filter)
 */
export function reversePathOf(plan: LabPlan, routing: Routing): ReversePath {
  const modes = new Map<string, RpFilter>([...plan.switches, ...plan.nodes, ...plan.hosts, ...(plan.netscaler === null ? [] : [plan.netscaler])].map((each) => [each.name, each.rpFilter]));
  const bridges = new Map(plan.switches.flatMap(({ name, bridge }) => (bridge?.ports ?? []).map((port) => [`${name} ${port}`, bridge?.name ?? port] as const)));
  return {
    filters: [...modes.values()].some((mode) => mode !== "off"),
    refusal(machine, port, source) {
      const mode = modes.get(machine) ?? "off";
      if (mode === "off") return "";
      const ingress = bridges.get(`${machine} ${port}`) ?? port;
      const route = routing.lookup(machine, source);
      if (route === null || route.kind === "blackhole" || route.kind === "unreachable") return `${machine} has no way back to ${source}, and its reverse-path filter is ${mode}`;
      const back = route.kind === "connected" ? [route.interface] : route.nextHops.map((hop) => hop.interface);
      return mode === "loose" || back.includes(ingress) ? "" : `${machine} gets it by ${ingress}, sends to ${source} by ${back.join(", ")}, and its reverse-path filter is strict`;
    },
  };
}
