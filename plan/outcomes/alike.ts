import { homeOf } from "../lookup";
import type { LabPlan, ListenPlan, NeighborPlan, ServerPlan, SessionSettings, SwitchPlan } from "../types";

/** Servers of one kind on one leaf that are asked for all of them: two, because such a pair has a way of its own. */
const PER_RACK = 2;
/** Leaves of one kind that are asked for all of them. */
const LEAVES = 3;
/** Where a lab has no more servers than this, each is asked. */
const FEW = 12;

/** Settings of a session without what tells one neighbor from another: who it is, and where. */
function settingsText(settings: SessionSettings, as: number): string {
  const { acceptNextHop, remoteAs, ...same } = settings;
  return JSON.stringify({
    ...same,
    remoteAs: remoteAs === as ? "own" : "other",
    acceptNextHop: acceptNextHop !== null,
  });
}

function sessionsText(neighbors: readonly NeighborPlan[], as: number): string {
  const texts = neighbors.map(({ address: _address, machine: _machine, interface: _interface, ...settings }) =>
    settingsText(settings, as),
  );
  return [...new Set(texts)].sort().join("\n");
}

/** Nodes by their AS number: those of a rack alone have another one than those of all racks. */
const racksWith = (plan: LabPlan, as: number): number =>
  new Set(plan.servers.flatMap((each) => (each.kind === "node" && each.bgp?.as === as ? [homeOf(each).leaf] : [])))
    .size;

function serverKey(server: ServerPlan, plan: LabPlan): string {
  const common = {
    kind: server.kind,
    rpFilter: server.rpFilter,
    uplinks: server.uplinks.map(({ leaf, mtu }) => [leaf, mtu]),
  };
  switch (server.kind) {
    case "host":
      return JSON.stringify(common);
    case "balancer":
      return JSON.stringify({ ...common, name: server.name });
    case "node": {
      const { role, bgp } = server;
      return JSON.stringify({
        ...common,
        role,
        bgp:
          bgp === null
            ? null
            : [racksWith(plan, bgp.as) > 1, bgp.clusterId, bgp.maximumPaths, sessionsText(bgp.neighbors, bgp.as)],
      });
    }
  }
}

const listenSettings = ({ range: _range, ...settings }: ListenPlan): SessionSettings => settings;

/** What makes a leaf another than its neighbors: settings, and prefixes of its own beyond its loopback and its server subnet. */
function leafKey(leaf: SwitchPlan, plan: LabPlan, servers: readonly string[]): string {
  const { as, bgp, drain, listen, neighbors, networks, blackholes, aggregates, rpFilter } = leaf;
  return JSON.stringify({
    sharers: plan.switches.filter((each) => each.as === as).length,
    bgp,
    drain,
    rpFilter,
    listen: listen === null ? null : settingsText(listenSettings(listen), as),
    neighbors: sessionsText(neighbors, as),
    networks: networks.length > 2 ? networks : networks.length,
    blackholes,
    aggregates,
    servers: servers.map((key) => key.replaceAll(JSON.stringify(leaf.name), "")),
  });
}

/**
 * Names of the servers that stand for all others: the others have the same settings on the same leaf, or on a leaf with the same settings.
 */
export function representatives(plan: LabPlan): ReadonlySet<string> {
  if (plan.servers.length <= FEW) return new Set(plan.servers.map(({ name }) => name));
  const perRack = new Map<string, string[]>();
  const keysOf = new Map<string, string[]>();
  const chosenOf = new Map<string, string[]>();
  for (const server of plan.servers) {
    const { leaf } = homeOf(server);
    const key = serverKey(server, plan);
    const alike = perRack.get(key) ?? [];
    perRack.set(key, [...alike, server.name]);
    if (alike.length >= PER_RACK) continue;
    chosenOf.set(leaf, [...(chosenOf.get(leaf) ?? []), server.name]);
    keysOf.set(leaf, [...(keysOf.get(leaf) ?? []), key]);
  }
  const perLeaf = new Map<string, number>();
  return new Set(
    plan.switches.flatMap((leaf) => {
      const chosen = chosenOf.get(leaf.name);
      if (chosen === undefined) return [];
      const key = leafKey(leaf, plan, keysOf.get(leaf.name) ?? []);
      const before = perLeaf.get(key) ?? 0;
      perLeaf.set(key, before + 1);
      return before < LEAVES ? chosen : [];
    }),
  );
}
