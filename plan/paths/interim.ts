import { sortPrefixes } from "../../spec/ip";
import { predict, type Broken, type FibEntry, type LabPrediction, type PredictOptions, type PrefixPrediction, type RibEntry, type SessionPrediction } from "../prediction";
import { hostPart } from "../render/text";
import type { LabPlan, SessionPlan, SwitchPlan } from "../types";
import { nominalBlocks } from "./pods";
import { subnetOf } from "./subnets";
import { topologyOf, WHOLE, type Topology } from "./topology";

/** A `LabPrediction` of fabrics that have only eBGP, from the table prediction there is; the engine for all labs takes its place. */
export function predictLab(plan: LabPlan, { broken = WHOLE, blocks }: PredictOptions = {}): LabPrediction {
  const topology = topologyOf(plan, broken);
  const { prefixes, received, tables } = predict(without(plan, topology, broken));
  const speakers = plan.switches.map((each) => each.name).filter(topology.alive);
  return {
    sessions: plan.sessions.map((session) => sessionPrediction(session, downReason(session, plan, broken))),
    received: received.filter((each) => topology.alive(each.to)),
    tables: tables.filter((each) => topology.alive(each.router)),
    blocks: blocks === undefined ? "nominal" : "given",
    blocksOf: blocks ?? nominalBlocks(plan),
    inexact: [],
    unsettled: [],
    speakers,
    rib: (speaker) => (speakers.includes(speaker) ? ribOf(speaker, prefixes) : []),
    fib: (machine) => (topology.alive(machine) ? fibOf(machine, topology, prefixes) : []),
  };
}

/** The plan without the sessions that can't come up, and without what switches can't announce: a bridge's subnet when no port has carrier. */
function without(plan: LabPlan, topology: Topology, broken: Broken): LabPlan {
  if (broken.links.length + broken.machines.length === 0) return plan;
  const carrier = ({ name, bridge }: SwitchPlan): boolean => bridge === null || bridge.ports.some((port) => topology.cable({ machine: name, interface: port }) !== null);
  const networks = (of: SwitchPlan): readonly string[] => !topology.alive(of.name) ? [] : carrier(of) || of.bridge === null ? of.networks : of.networks.filter((prefix) => prefix !== subnetOf(of.bridge?.address ?? ""));
  return { ...plan, sessions: plan.sessions.filter((session) => downReason(session, plan, broken) === ""), switches: plan.switches.map((each) => ({ ...each, networks: networks(each) })) };
}

/** Why a session can't come up; empty if it can. */
function downReason({ a, b, link }: SessionPlan, plan: LabPlan, broken: Broken): string {
  const gone = [a, b].find((end) => broken.machines.includes(end.machine));
  if (gone !== undefined) return `${gone.machine} is taken out`;
  const ends = [a.machine, b.machine];
  const cut = link ?? plan.links.find((each) => each.kind === "server" && ends.includes(each.a.machine) && broken.links.includes(each.name))?.name;
  return cut !== undefined && broken.links.includes(cut) ? `link ${cut} is taken out` : "";
}

const sessionPrediction = ({ name, a, b, type }: SessionPlan, reason: string): SessionPrediction => ({ name, a, b, type, state: reason === "" ? "ESTABLISHED" : "NOT_ESTABLISHED", reason });

function ribOf(speaker: string, prefixes: readonly PrefixPrediction[]): RibEntry[] {
  return prefixes.flatMap(({ prefix, routers }) => {
    const best = routers.find((each) => each.router === speaker)?.best ?? [];
    const certainty = best.length === 1 ? "always" : "sometimes";
    return best.length === 0 ? [] : [{
      prefix,
      paths: best.map(({ via, nextHop, asPath }) => ({
        from: via, peer: nextHop, nextHop, asPath, localPref: 100, med: 0, origin: "igp" as const, type: via === null ? "own" as const : "ebgp" as const,
        originator: null, clusters: [], valid: true, present: "always" as const, best: certainty, multipath: "always" as const,
      })),
    }];
  });
}

function fibOf(machine: string, topology: Topology, prefixes: readonly PrefixPrediction[]): FibEntry[] {
  const { plan, servers } = topology, server = servers.get(machine), of = plan.switches.find((each) => each.name === machine);
  const entries = server !== undefined ? [connected(subnetOf(server.address), server.uplink), entry("0.0.0.0/0", "static", [server.gateway], topology, () => server.uplink)] : of === undefined ? [] : switchFib(of, topology, prefixes);
  const order = sortPrefixes(entries.map((each) => each.prefix));
  return order.map((prefix) => entries.find((each) => each.prefix === prefix)).filter((each) => each !== undefined);
}

function switchFib(of: SwitchPlan, topology: Topology, prefixes: readonly PrefixPrediction[]): FibEntry[] {
  const carrier = (name: string): boolean => topology.cable({ machine: of.name, interface: name }) !== null;
  const up = (name: string): boolean => name === "lo" || (name === of.bridge?.name ? of.bridge.ports.some(carrier) : carrier(name));
  const port = (nextHop: string): string => of.neighbors.some((each) => each.address === nextHop) ? of.interfaces.find((each) => each.addresses.some((address) => address.endsWith("/31") && pairOf(hostPart(address)) === nextHop))?.name ?? "" : "";
  return [
    ...of.interfaces.filter((each) => up(each.name)).flatMap((each) => each.addresses.map((address) => connected(subnetOf(address), each.name))),
    ...of.blackholes.map((prefix) => entry(prefix, "blackhole", [], topology, () => "")),
    ...prefixes.flatMap(({ prefix, routers }) => {
      const nextHops = routers.find((each) => each.router === of.name)?.nextHops ?? [];
      return nextHops.length === 0 ? [] : [entry(prefix, "bgp", nextHops, topology, port)];
    }),
  ];
}

const connected = (prefix: string, name: string): FibEntry => ({ prefix, kind: "connected", nextHops: [], interface: name, certain: true });

function entry(prefix: string, kind: FibEntry["kind"], nextHops: readonly string[], topology: Topology, port: (nextHop: string) => string): FibEntry {
  return { prefix, kind, nextHops: nextHops.map((address) => ({ address, interface: port(address), machine: topology.owner(address)?.machine ?? null })), interface: "", certain: true };
}

/** The other address of a /31. */
function pairOf(address: string): string {
  const octets = address.split(".").map(Number);
  return [...octets.slice(0, 3), (octets[3] ?? 0) ^ 1].join(".");
}
