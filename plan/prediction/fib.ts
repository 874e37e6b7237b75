import { addressText, holds, knownAddress, knownRange, rangeText, sortPrefixes } from "../../lab-spec/ip";
import { homeOf } from "../lookup";
import type { LabPlan, Prefix } from "../types";
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
  const routes = new Map<Prefix, FibEntry>();
  const add = (entry: FibEntry): void => {
    if (!routes.has(entry.prefix)) routes.set(entry.prefix, entry);
  };
  const ports = topology.portsOf(machine).filter((port) => topology.up(port));
  if (!topology.alive(machine)) return [];
  for (const port of ports)
    add({ prefix: rangeText(port.subnet), kind: "connected", nextHops: [], interface: port.interface, certain: true });
  const server = plan.servers.find((each) => each.name === machine);
  for (const vip of server?.kind === "balancer" ? server.vips : [])
    add({ prefix: `${vip}/32`, kind: "connected", nextHops: [], interface: "lo", certain: true });
  const home = server === undefined ? null : homeOf(server);
  if (home !== null && ports.length > 0)
    add({
      prefix: DEFAULT_ROUTE,
      kind: "static",
      nextHops: [nextHop(home.gateway, home.interface, topology)],
      interface: "",
      certain: true,
    });
  for (const prefix of speaker?.blackholes ?? []) add(blackhole(prefix));
  const entries = new Map(rib.map((entry) => [entry.prefix, entry]));
  for (const { prefix, paths } of rib) {
    if (
      paths.some((path) => path.type === "own") ||
      (speaker?.software.keepsServiceRoutesFromKernel === true && ofServices(plan, prefix))
    )
      continue;
    if (paths.some((path) => path.type === "aggregate" && path.best !== "never")) {
      add(blackhole(prefix));
      continue;
    }
    const inUse = paths.filter((path) => path.multipath !== "never");
    const far = inUse.filter(
      (path) => !ports.some((port) => holds(port.subnet, knownAddress(path.nextHop ?? "0.0.0.0"))),
    );
    const followed = far.length === 0 ? "always" : recursion(inUse, speaker);
    const used = followed === "never" ? inUse.filter((path) => !far.includes(path)) : inUse;
    const gateways = used.flatMap((path) =>
      resolved(path.nextHop ?? "", ports, entries, home === null ? null : home.gateway, DEPTH),
    );
    const distinct = [...new Map(gateways.map((each) => [each.address, each])).values()].sort(
      (a, b) => knownAddress(a.address) - knownAddress(b.address),
    );
    if (
      used.length === 0 &&
      speaker?.software.programsUnreachable === true &&
      paths.some((path) => path.present === "always")
    )
      add({ ...blackhole(prefix), kind: "unreachable" });
    if (distinct.length > 0)
      add({
        prefix,
        kind: "bgp",
        nextHops: distinct.map((each) => nextHop(each.address, each.interface, topology)),
        interface: "",
        certain: followed !== "sometimes" && certain(used, speaker?.bgp.maximumPaths ?? 1),
      });
  }
  return sortPrefixes([...routes.keys()]).flatMap((prefix) => routes.get(prefix) ?? []);
}

/** A node's kernel gets no route to services (Calico's filter of what BIRD programs): kube-proxy translates their addresses there. */
function ofServices({ calico, cluster }: LabPlan, prefix: Prefix): boolean {
  return calico.bgp?.advertiseServices === true && holds(knownRange(cluster.serviceCidr), knownRange(prefix).first);
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
  entries: ReadonlyMap<Prefix, RibEntry>,
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
