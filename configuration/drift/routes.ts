import { jsonOf, type Facts } from "../facts";
import type { WantedSystem } from "../wanted";
import { drift, type Drift } from "./drift";

interface NextHop {
  readonly gateway?: string;
  readonly dev?: string;
}

/** What `ip -j route` says of a route of the kernel. */
interface KernelRoute extends NextHop {
  readonly dst: string;
  /** "blackhole" and the like; missing for a route to somewhere. */
  readonly type?: string;
  /** Who put it there; missing for `ip route add` without a word about it. */
  readonly protocol?: string;
  readonly metric?: number;
  readonly nexthops?: readonly NextHop[];
}

const kernelRoutes = (facts: Facts): KernelRoute[] => (jsonOf(facts, "routes") as KernelRoute[] | null) ?? [];

const wayOf = ({ gateway, dev }: NextHop): string =>
  [...(gateway === undefined ? [] : ["via", gateway]), ...(dev === undefined ? [] : ["dev", dev])].join(" ");

const routeText = (route: KernelRoute): string =>
  [
    ...(route.type === undefined ? [] : [route.type]),
    route.dst,
    ...(route.nexthops?.map((each) => `nexthop ${wayOf(each)}`) ?? [wayOf(route)]),
  ]
    .filter((part) => part !== "")
    .join(" ");

/** A route as `ip route del` takes it. */
const named = ({ type, dst, gateway, dev, metric }: KernelRoute): string[] => [
  ...(type === undefined ? [] : [type]),
  dst,
  ...(gateway === undefined ? [] : ["via", gateway]),
  ...(dev === undefined || type !== undefined ? [] : ["dev", dev]),
  ...(metric === undefined ? [] : ["metric", String(metric)]),
];

/** Protocols of routes that somebody typed: none, and what `ip route add ... proto static` gives. */
const BY_HAND: readonly (string | undefined)[] = [undefined, "boot", "static"];

/** Routes of the kernel that no program of the lab put there, and the default route where the machine has one of its own. */
export function handmadeRouteDrift(facts: Facts, { defaultRoute, interfaces }: WantedSystem): Drift[] {
  const isWanted = (route: KernelRoute): boolean =>
    defaultRoute !== null &&
    route.dst === "default" &&
    route.gateway === defaultRoute.via &&
    route.dev === defaultRoute.dev;
  const routes = kernelRoutes(facts);
  if (routes.length === 0) return [];
  // A route by an interface of somebody else is theirs: the engine's management network, pods whose routes Felix has.
  const isOwn = ({ dev, nexthops = [] }: KernelRoute): boolean =>
    [dev, ...nexthops.map((each) => each.dev)].every((name) => name === undefined || Object.hasOwn(interfaces, name));
  const handmade = routes.filter((route) => BY_HAND.includes(route.protocol) && isOwn(route) && !isWanted(route));
  return [
    ...handmade.map((route) => drift(`+ kernel route ${routeText(route)}`, "ip", "route", "del", ...named(route))),
    ...(defaultRoute === null || routes.some(isWanted)
      ? []
      : [
          drift(
            `- kernel route default via ${defaultRoute.via} dev ${defaultRoute.dev}`,
            ...["ip", "route", "replace", "default", "via", defaultRoute.via, "dev", defaultRoute.dev],
          ),
        ]),
  ];
}

/** What `show ip route json` says of one way to a prefix. */
interface ZebraRoute {
  readonly protocol: string;
  readonly selected?: boolean;
  readonly installed?: boolean;
  readonly nexthops?: readonly { readonly fib?: boolean; readonly ip?: string; readonly interfaceName?: string }[];
}

/** Routes that FRR puts into the kernel for its daemons, as against those it finds there. */
const INSTALLED_BY_FRR = ["bgp", "static"];

const sorted = (ways: readonly string[]): string => (ways.length === 0 ? "none" : [...ways].sort().join(", "));

/**
 * Routes that FRR believes to have put into the kernel, and the kernel has otherwise: somebody took one of several next hops away. FRR puts a route that
 * is deleted back as it was.
 */
export function alteredRouteDrift(facts: Facts): Drift[] {
  const zebra = jsonOf(facts, "zebra") as Record<string, ZebraRoute[]> | null;
  const kernel = kernelRoutes(facts);
  if (zebra === null || Array.isArray(zebra) || kernel.length === 0) return [];
  const byPrefix = new Map(
    kernel.filter(({ protocol }) => !BY_HAND.includes(protocol)).map((route) => [route.dst, route]),
  );
  return Object.entries(zebra).flatMap(([prefix, routes]) => {
    const own = routes.find((route) => route.selected === true && route.installed === true);
    if (own === undefined || !INSTALLED_BY_FRR.includes(own.protocol)) return [];
    const meant = (own.nexthops ?? [])
      .filter(({ fib, ip }) => fib === true && ip !== undefined)
      .map(({ ip }) => ip as string);
    // A route that leads nowhere has no next hop to compare.
    if (meant.length === 0) return [];
    const dst = prefix === "0.0.0.0/0" ? "default" : prefix.replace(/\/32$/, "");
    const route = byPrefix.get(dst);
    const seen = route === undefined ? [] : (route.nexthops ?? [route]).flatMap(({ gateway }) => gateway ?? []);
    return sorted(seen) === sorted(meant)
      ? []
      : [drift(`~ kernel route ${prefix}: via ${sorted(seen)} => via ${sorted(meant)}`, "ip", "route", "del", dst)];
  });
}

/** What `ip -j rule` says of a rule of the routing policy. */
interface Rule {
  readonly priority: number;
  readonly table?: string;
  readonly src?: string;
  readonly srclen?: number;
  readonly dst?: string;
  readonly dstlen?: number;
  readonly fwmark?: string;
  readonly iif?: string;
  readonly oif?: string;
}

/** The three rules that the kernel begins with (ip-rule(8)). */
const FIRST_RULES = [
  { priority: 0, table: "local" },
  { priority: 32766, table: "main" },
  { priority: 32767, table: "default" },
];

/** Kernel's table of the tunnel's only route, in which a rule has packets looked up that are bound to the tunnel. */
export const TUNNEL_TABLE = 252;

/**
 * The rule by which this build's calico-node makes next hops in the tunnel known to the kernel (images/bird.ts): where IP pools have IPIP on, or had it. It is for packets
 * that are bound to the tunnel already, and changes the way of none.
 */
const isTunnelRule = ({ oif, table }: Rule): boolean => oif === "tunl0" && table === String(TUNNEL_TABLE);

/** Rules of the routing policy that neither the kernel began with nor calico-node made. */
export function ruleDrift(facts: Facts): Drift[] {
  const seen = jsonOf(facts, "rules") as Rule[] | null;
  if (seen === null) return [];
  const isFirst = (rule: Rule): boolean =>
    (rule.src ?? "all") === "all" &&
    FIRST_RULES.some(({ priority, table }) => rule.priority === priority && rule.table === table);
  return [
    ...seen
      .filter((rule) => !isFirst(rule) && !isTunnelRule(rule))
      .map((rule) => drift(`+ ip rule ${ruleText(rule)}`, "ip", "rule", "del", "priority", String(rule.priority))),
    ...FIRST_RULES.filter(({ priority }) => !seen.some((rule) => rule.priority === priority && isFirst(rule))).map(
      ({ priority, table }) =>
        drift(
          `- ip rule ${priority}: from all lookup ${table}`,
          ...["ip", "rule", "add", "priority", String(priority), "table", table],
        ),
    ),
  ];
}

const ruleText = ({ priority, src = "all", srclen, dst, dstlen, fwmark, iif, oif, table }: Rule): string =>
  [
    `${priority}: from ${src}${srclen === undefined ? "" : `/${srclen}`}`,
    ...(dst === undefined ? [] : [`to ${dst}${dstlen === undefined ? "" : `/${dstlen}`}`]),
    ...(fwmark === undefined ? [] : [`fwmark ${fwmark}`]),
    ...(iif === undefined ? [] : [`iif ${iif}`]),
    ...(oif === undefined ? [] : [`oif ${oif}`]),
    ...(table === undefined ? [] : [`lookup ${table}`]),
  ].join(" ");
