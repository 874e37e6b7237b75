import { addressText, holds, knownAddress, knownRange, rangeText, sortPrefixes } from "../../lab-spec/ip";
import { felixRoutesPods } from "../calico";
import { announcesServices, hasCluster, inPodPool, inServiceRange } from "../cluster";
import { encapsulationOf, TUNNEL_DEVICES } from "../encapsulation";
import type { LabPlan, Prefix, ServerPlan } from "../types";
import { homeOf, hostPart } from "../lookup";
import { longestMatch, prefixTable } from "./longest-match";
import type { Speaker } from "./speakers";
import type { Port, Topology } from "./topology";
import type { Certainty, FibEntry, FibNextHop, RibEntry, RibPath } from "./types";

const DEFAULT_ROUTE = "0.0.0.0/0";
/** Next hops that are themselves reached by BGP routes are looked up this often. */
const DEPTH = 8;

/**
 * Kernel routes of a machine: connected subnets, BGP routes in use, what ends here, and a server's default route. Where two sources have
 * the same prefix the kernel gets one: connected before static before BGP (zebra's administrative distance).
 */
export function fibOf(
  plan: LabPlan,
  topology: Topology,
  machine: string,
  speaker: Speaker | null,
  rib: readonly RibEntry[],
): FibEntry[] {
  if (!topology.alive(machine)) return [];
  const at = placeOf(plan, topology, machine, speaker, new Map(rib.map((entry) => [entry.prefix, entry])));
  const routes = new Map<Prefix, FibEntry>();
  for (const entry of [...ownRoutes(at), ...rib.flatMap((each) => bgpRoutes(at, each))])
    if (!routes.has(entry.prefix)) routes.set(entry.prefix, entry);
  return sortPrefixes([...routes.keys()]).flatMap((prefix) => routes.get(prefix) ?? []);
}

/** Entries of a machine's BGP table, made when they are asked for. */
export interface LazyTable {
  /** The entry of just this prefix. */
  get(prefix: Prefix): RibEntry | undefined;
  /** Those that hold an address, longest prefix first. */
  holding(address: number): Iterable<RibEntry>;
}

/**
 * Finds single routes of `fibOf` without the rest: the longest prefix that holds an address, of what is the machine's own and what BGP comes to.
 *
 * @returns null for an address that no route leads to
 */
export function routeFinder(
  plan: LabPlan,
  topology: Topology,
  machine: string,
  speaker: Speaker | null,
  table: LazyTable,
): (address: number) => FibEntry | null {
  if (!topology.alive(machine)) return () => null;
  const at = placeOf(plan, topology, machine, speaker, table);
  const own = prefixTable(ownRoutes(at), ({ prefix }) => [prefix]);
  return (address) => {
    const mine = longestMatch(own, address);
    const length = mine === null ? -1 : knownRange(mine.prefix).length;
    for (const entry of table.holding(address)) {
      if (knownRange(entry.prefix).length <= length) break;
      const [route] = bgpRoutes(at, entry);
      if (route !== undefined) return route;
    }
    return mine;
  };
}

function placeOf(
  plan: LabPlan,
  topology: Topology,
  machine: string,
  speaker: Speaker | null,
  entries: Place["entries"],
): Place {
  return {
    plan,
    topology,
    speaker,
    server: plan.servers.find((each) => each.name === machine),
    ports: topology.portsOf(machine).filter((port) => topology.up(port)),
    entries,
  };
}

/** A machine whose routes are asked for. */
interface Place {
  readonly plan: LabPlan;
  readonly topology: Topology;
  /** Null for a machine that speaks no BGP. */
  readonly speaker: Speaker | null;
  /** Undefined for a switch. */
  readonly server: ServerPlan | undefined;
  /** Those that are up. */
  readonly ports: readonly Port[];
  readonly entries: Pick<LazyTable, "get">;
}

/** Routes that no neighbor has told: connected subnets, a load balancer's addresses, a server's default route, what ends here. */
function ownRoutes({ topology, speaker, server, ports }: Place): FibEntry[] {
  const connected = (prefix: Prefix, by: string): FibEntry => ({
    prefix,
    kind: "connected",
    nextHops: [],
    interface: by,
    certain: true,
  });
  const home = server === undefined || ports.length === 0 ? null : homeOf(server);
  return [
    ...ports.map((port) => connected(rangeText(port.subnet), port.interface)),
    ...(server?.kind === "balancer" ? server.vips : []).map((vip) => connected(`${vip}/32`, "lo")),
    ...(home === null
      ? []
      : [
          {
            prefix: DEFAULT_ROUTE,
            kind: "static" as const,
            nextHops: [nextHop(home.gateway, home.interface, topology)],
            interface: "",
            certain: true,
          },
        ]),
    ...(speaker?.blackholes ?? []).map(blackhole),
  ];
}

/** The route that an entry of the BGP table comes to in the kernel, if any. */
function bgpRoutes(at: Place, { prefix, paths }: RibEntry): FibEntry[] {
  const { plan, topology, speaker, ports } = at;
  const filtered = speaker?.software.filtersKernelRoutes === true && !birdPrograms(plan, prefix);
  if (filtered || paths.some((path) => path.type === "own")) return [];
  if (paths.some((path) => path.type === "aggregate" && path.best !== "never")) return [blackhole(prefix)];
  const inUse = paths.filter((path) => path.multipath !== "never");
  const far = inUse.filter(
    (path) => !ports.some((port) => holds(port.subnet, knownAddress(path.nextHop ?? "0.0.0.0"))),
  );
  const followed = far.length === 0 ? "always" : recursion(inUse, speaker);
  const used = followed === "never" ? inUse.filter((path) => !far.includes(path)) : inUse;
  const gateways = new Map(used.flatMap((path) => gatewaysOf(at, prefix, path)).map((each) => [each.address, each]));
  if (used.length === 0 && speaker?.software.programsUnreachable === true && paths.length > 0)
    return [{ ...blackhole(prefix), kind: "unreachable", certain: paths.some((path) => path.present === "always") }];
  if (gateways.size === 0) return [];
  return [
    {
      prefix,
      kind: "bgp",
      nextHops: [...gateways.values()]
        .sort((a, b) => knownAddress(a.address) - knownAddress(b.address))
        .map((each) => nextHop(each.address, each.interface, topology)),
      interface: "",
      certain: followed !== "sometimes" && certain(used, speaker?.bgp.maximumPaths ?? 1),
    },
  ];
}

/** Where a path leads: to its next hop, or what that is reached by, or into a tunnel. */
function gatewaysOf({ plan, speaker, server, ports, entries }: Place, prefix: Prefix, path: RibPath): Gateway[] {
  const gateway = server === undefined ? null : homeOf(server).gateway;
  const found = resolved(path.nextHop ?? "", ports, entries, gateway, DEPTH);
  if (speaker?.software.filtersKernelRoutes !== true || found.length === 0) return found;
  const intoTunnel = tunnelOf(plan, server, prefix, path);
  return intoTunnel === null ? found : [intoTunnel];
}

/**
 * Calico's filter of the routes that BIRD puts into a node's kernel (confd's bird_ipam.cfg.template, `calico_kernel_programming`): none to services, whose addresses
 * kube-proxy translates there, and none to pods whose routes are Felix's.
 */
function birdPrograms(plan: LabPlan, prefix: Prefix): boolean {
  const first = hostPart(prefix);
  const toServices = announcesServices(plan) && inServiceRange(plan, first);
  return !toServices && !(felixRoutesPods(plan.calico) && inPodPool(plan, first));
}

/** The same filter sends routes to pods into the IPIP tunnel, towards the path's own next hop however that is reached (`krt_tunnel`, onlink). Null: not into a tunnel. */
function tunnelOf(plan: LabPlan, node: ServerPlan | undefined, prefix: Prefix, { nextHop }: RibPath): Gateway | null {
  if (node === undefined || nextHop === null || !hasCluster(plan) || !inPodPool(plan, hostPart(prefix))) return null;
  const header = encapsulationOf(plan, homeOf(node), { address: nextHop });
  return header?.kind === "ipip" ? { address: nextHop, interface: TUNNEL_DEVICES.ipip } : null;
}

function blackhole(prefix: Prefix): FibEntry {
  return { prefix, kind: "blackhole", nextHops: [], interface: "", certain: true };
}

/** Whether next hops that lie on no connected subnet are followed. The best path decides for all that are used with it. */
function recursion(used: readonly RibPath[], speaker: Speaker | null): Certainty {
  if (speaker === null) return "always";
  const best = used.filter((path) => path.best !== "never");
  const lets = best.filter((path) =>
    speaker.software.followsNextHop({
      internal: path.type === "ibgp",
      multihop: speaker.statements.some((each) => each.address === path.peer && each.multihop !== null),
    }),
  );
  return lets.length === best.length ? "always" : lets.length === 0 ? "never" : "sometimes";
}

/** Whether the next hops surely are the same in every outcome: timing may choose the best path, not the set of those in use. */
function certain(used: readonly RibPath[], limit: number): boolean {
  if (new Set(used.map((path) => path.peer)).size > limit) return false;
  const hops = new Map<string, RibPath[]>();
  for (const path of used) hops.set(path.nextHop ?? "", [...(hops.get(path.nextHop ?? "") ?? []), path]);
  return [...hops.values()].every((list) => list.some((path) => path.multipath === "always"));
}

interface Gateway {
  readonly address: string;
  readonly interface: string;
}

/** Where packets to a next hop leave: on a connected subnet, by the BGP route that covers it, or by the default route. */
function resolved(
  address: string,
  ports: readonly Port[],
  entries: Place["entries"],
  gateway: string | null,
  depth: number,
): Gateway[] {
  if (address === "" || depth === 0) return [];
  const value = knownAddress(address);
  const port = ports.find((each) => holds(each.subnet, value) && each.subnet.length < 32);
  if (port !== undefined) return [{ address, interface: port.interface }];
  for (let length = 32; length > 0; length--) {
    const size = 2 ** (32 - length);
    const entry = entries.get(`${addressText(Math.floor(value / size) * size)}/${length}`);
    const used = (entry?.paths ?? []).filter(
      (path) => path.multipath !== "never" && path.nextHop !== null && path.nextHop !== address,
    );
    if (used.length > 0)
      return used.flatMap((path) => resolved(path.nextHop ?? "", ports, entries, gateway, depth - 1));
  }
  const uplink = ports.find(
    (each) => gateway !== null && holds(knownRange(rangeText(each.subnet)), knownAddress(gateway)),
  );
  return gateway === null || uplink === undefined ? [] : [{ address: gateway, interface: uplink.interface }];
}

function nextHop(address: string, via: string, topology: Topology): FibNextHop {
  return { address, interface: via, machine: topology.owners(knownAddress(address))[0]?.machine ?? null };
}
