import type { Address, Prefix } from "../../plan/types";
import { json } from "../access";
import type { LabAccess } from "../types";

/** An entry of the kernel's main table. */
export interface Route {
  /** "default" is 0.0.0.0/0, a host route has /32. */
  readonly prefix: Prefix;
  readonly protocol: string;
  /** "unicast", or how it ends here: "blackhole", "unreachable", "prohibit". */
  readonly type: string;
  readonly nextHops: readonly { readonly gateway: Address | null; readonly device: string }[];
}

/** The parts of `ip -j route` that are read here. */
interface IpRoute {
  readonly type?: string;
  readonly dst: string;
  readonly protocol?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly nexthops?: readonly { readonly gateway?: string; readonly dev?: string }[];
}

export function parseRoutes(printed: readonly IpRoute[]): Route[] {
  return printed.map((route) => ({
    prefix: route.dst === "default" ? "0.0.0.0/0" : route.dst.includes("/") ? route.dst : `${route.dst}/32`,
    protocol: route.protocol ?? "boot",
    type: route.type ?? "unicast",
    nextHops: (route.nexthops ?? [route]).map((hop) => ({ gateway: hop.gateway ?? null, device: hop.dev ?? "none" })),
  }));
}

export function routesOf(lab: LabAccess, machine: string): Promise<Route[]> {
  return lab.once(`routes ${machine}`, async () =>
    parseRoutes(await json<IpRoute[]>(lab, machine, "ip -j -4 route show table main")),
  );
}
