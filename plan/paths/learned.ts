import { predict } from "../prediction";
import { hostPart } from "../render/text";
import type { LabPlan } from "../types";
import type { Route, RouteTables } from "./types";

/** What the switches learn of each other, as routes. */
export function learnedRoutes(plan: LabPlan): RouteTables {
  const ports = new Map(plan.switches.map((of) => [of.name, new Map(of.interfaces.flatMap((port) => (port.peer === "" ? [] : port.addresses.map((address) => [neighborOn(address), port.name] as const))))]));
  const tables = new Map<string, Route[]>();
  for (const { prefix, routers } of predict(plan).prefixes) {
    for (const { router, nextHops } of routers) {
      if (nextHops.length === 0) continue;
      const gateways = nextHops.map((address) => ({ address, interface: ports.get(router)?.get(address) ?? "" }));
      tables.set(router, [...(tables.get(router) ?? []), { prefix, kind: "bgp", gateways }]);
    }
  }
  return tables;
}

/** The other address of a /31. */
function neighborOn(address: string): string {
  const own = hostPart(address), octets = own.split(".").map(Number);
  return [...octets.slice(0, 3), (octets[3] ?? 0) ^ 1].join(".");
}
