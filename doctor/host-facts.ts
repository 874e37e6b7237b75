import type { HostFacts } from "../plan";
import { PLATFORMS } from "../platforms";
import { capture } from "../common/process";

interface Route {
  readonly dst: string;
  readonly dev?: string;
}

/** Bridges and routes of this machine, from its routing table alone: no engine is asked. Empty where `ip` isn't there. */
export async function hostFacts(): Promise<HostFacts> {
  const printed = await capture("ip", ["-j", "-4", "route"], {
    cwd: "/",
    env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
  }).catch(() => null);
  // An old or small `ip` knows no -j.
  return printed === null || printed.code !== 0 || !printed.stdout.startsWith("[")
    ? { bridges: [], routes: [] }
    : factsOf(printed.stdout);
}

/** From what `ip -j -4 route` prints. */
export function factsOf(printed: string): HostFacts {
  const routes = (JSON.parse(printed) as Route[])
    .filter((route) => route.dst !== "default")
    .map(({ dst, dev }) => ({ device: dev ?? "", prefix: dst.includes("/") ? dst : `${dst}/32` }));
  const isBridge = (device: string): boolean =>
    Object.values(PLATFORMS).some(({ management }) => management.bridges.test(device));
  return {
    bridges: routes.filter(({ device }) => isBridge(device)).map(({ device, prefix }) => ({ name: device, prefix })),
    routes: routes.filter(({ device }) => !isBridge(device)),
  };
}
