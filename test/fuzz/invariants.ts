import { hasCluster } from "../../plan/cluster";
import type { BalancerPlan, LabPlan, NeighborPlan, NodePlan, Uplink } from "../../plan";
import { predictLab } from "../../plan/prediction";
import type { LabSpec } from "../../lab-spec";

/**
 * What must hold of every plan that was not refused, checked from the plan's values alone: none of the code of the rules is used, so that a
 * mistake there shows here.
 *
 * @returns what doesn't hold
 */
export function brokenInvariants(plan: LabPlan, spec: LabSpec): string[] {
  return [
    ...addresses(plan),
    ...pools(plan, spec),
    ...ranges(plan, spec),
    ...sessions(plan),
    ...numbers(plan),
    ...ports(plan),
  ];
}

const value = (address: string): number => address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);

interface Range {
  readonly what: string;
  readonly first: number;
  readonly last: number;
}

function range(what: string, prefix: string): Range {
  const [address = "", length = "32"] = prefix.split("/");
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(value(address) / size) * size;
  return { what, first, last: first + size - 1 };
}

const within = (address: string, prefix: string): boolean => {
  const { first, last } = range("", prefix);
  const at = value(address);
  return at >= first && at <= last;
};

const host = (address: string): string => address.split("/")[0] ?? "";
const twice = <T>(items: readonly T[]): T[] => items.filter((item, i) => items.indexOf(item) !== i);
const balancers = (plan: LabPlan): BalancerPlan[] =>
  plan.servers.flatMap((each) => (each.kind === "balancer" ? [each] : []));
const nodes = (plan: LabPlan): NodePlan[] => plan.servers.flatMap((each) => (each.kind === "node" ? [each] : []));
const uplinks = (plan: LabPlan): (Uplink & { readonly of: string })[] =>
  plan.servers.flatMap(({ name, uplinks: all }) => all.map((each) => ({ ...each, of: name })));

function addresses(plan: LabPlan): string[] {
  const all = [
    ...plan.switches.flatMap((each) => each.interfaces.flatMap((one) => one.addresses.map(host))),
    ...uplinks(plan).map((each) => host(each.address)),
    ...balancers(plan).flatMap((each) => each.vips),
  ];
  return twice(all).map((address) => `address ${address} twice`);
}

function pools(plan: LabPlan, spec: LabSpec): string[] {
  const given = new Set([...spec.fabric.spines, ...spec.fabric.leaves].flatMap((each) => each.loopback ?? []));
  const loopbacks = plan.switches
    .filter((each) => !given.has(each.routerId) && !within(each.routerId, spec.fabric.loopbacks))
    .map((each) => `loopback ${each.routerId} outside of its pool`);
  const links = plan.switches.flatMap((each) =>
    each.interfaces
      .filter((one) => one.addresses.some((address) => address.endsWith("/31")))
      .flatMap((one) =>
        one.addresses
          .filter((address) => !within(host(address), spec.fabric.links.pool))
          .map((address) => `link address ${address} outside of its pool`),
      ),
  );
  const behind = uplinks(plan).flatMap((server) => {
    const leaf = plan.switches.find((each) => each.name === server.leaf);
    const bridge = leaf?.bridge?.address ?? "0.0.0.0/32";
    const { first, last } = range("", bridge);
    const at = value(host(server.address));
    return [
      ...(at <= first || at >= last ? [`${server.of} at ${server.address} is no host of ${bridge}`] : []),
      ...(server.gateway === host(bridge) ? [] : [`gateway ${server.gateway} of ${server.of} isn't ${bridge}`]),
    ];
  });
  const ends = plan.links
    .filter((link) => link.kind === "fabric")
    .flatMap((link) => {
      const [a, b] = [link.a, link.b].map(
        (end) =>
          plan.switches.find((each) => each.name === end.machine)?.interfaces.find((one) => one.name === end.interface)
            ?.addresses[0],
      );
      return a !== undefined && b !== undefined && range("", a).first === range("", b).first && a !== b
        ? []
        : [`ends of ${link.name} are ${a ?? "none"} and ${b ?? "none"}`];
    });
  return [...loopbacks, ...links, ...behind, ...ends];
}

function ranges(plan: LabPlan, spec: LabSpec): string[] {
  const all = [
    ...(plan.cluster === null
      ? []
      : [range("pods", plan.cluster.podCidr), range("services", plan.cluster.serviceCidr)]),
    range("management", plan.management.subnet),
    range("links", spec.fabric.links.pool),
    ...plan.switches.flatMap((each) => [
      range(`loopback of ${each.name}`, each.loopback),
      ...(each.bridge === null ? [] : [range(`subnet of ${each.name}`, each.bridge.address)]),
    ]),
    range("Docker's bridge", "172.17.0.0/16"),
  ].sort((a, b) => a.first - b.first);
  const blocks = hasCluster(plan) ? 2 ** (plan.calico.blockSize - Number(plan.cluster.podCidr.split("/")[1])) : 0;
  return [
    ...all
      .slice(1)
      .flatMap((each, i) => (each.first <= (all[i]?.last ?? -1) ? [`${each.what} meets ${all[i]?.what ?? ""}`] : [])),
    ...all
      .filter(
        ({ first, last }) =>
          last < value("1.0.0.0") ||
          last >= value("224.0.0.0") ||
          (first <= value("127.255.255.255") && last >= value("127.0.0.0")),
      )
      .map(({ what }) => `${what} in a special range`),
    ...(blocks < nodes(plan).length ? [`${blocks} blocks for ${nodes(plan).length} nodes`] : []),
  ];
}

interface Router {
  readonly name: string;
  readonly as: number;
  readonly neighbors: readonly NeighborPlan[];
  readonly listens: { readonly range: string; readonly remoteAs: number } | null;
}

function sessions(plan: LabPlan): string[] {
  const routers = new Map<string, Router>([
    ...plan.switches.map((each): [string, Router] => [each.name, { ...each, listens: each.listen }]),
    ...nodes(plan).flatMap((each): [string, Router][] =>
      each.bgp === null ? [] : [[each.name, { name: each.name, ...each.bgp, listens: null }]],
    ),
    ...balancers(plan).map((each): [string, Router] => [each.name, { ...each, listens: null }]),
  ]);
  const knows = (at: string, other: string, address: string, as: number): boolean => {
    const router = routers.get(at);
    return (
      router !== undefined &&
      (router.neighbors.some((each) => each.machine === other && each.address === address && each.remoteAs === as) ||
        (router.listens !== null && within(address, router.listens.range) && router.listens.remoteAs === as))
    );
  };
  const planned = plan.sessions.flatMap(({ name, a, b, type }) => [
    ...(knows(a.machine, b.machine, b.address, b.as) && knows(b.machine, a.machine, a.address, a.as)
      ? []
      : [`ends of session ${name} disagree`]),
    ...((a.as === b.as) === (type === "ibgp") ? [] : [`session ${name} is no ${type}`]),
  ]);
  const known = [...routers.values()].flatMap((router) =>
    router.neighbors.flatMap((each) => {
      const other = each.machine === null ? undefined : routers.get(each.machine);
      if (each.machine === null) return [];
      if (other === undefined) return [`${router.name} names ${each.machine}, which speaks no BGP`];
      return other.as === each.remoteAs ? [] : [`${router.name} takes ${other.name} for AS ${each.remoteAs}`];
    }),
  );
  return [...planned, ...known];
}

function numbers(plan: LabPlan): string[] {
  const as = [
    ...plan.switches.map((each) => each.as),
    ...nodes(plan).flatMap((each) => each.bgp?.as ?? []),
    ...balancers(plan).map((each) => each.as),
  ];
  return [
    ...as.filter((each) => [0, 23456, 65535].includes(each) || each >= 4294967295).map((each) => `AS ${each}`),
    ...(plan.calico !== null && (plan.calico.podMtu < 1280 || plan.calico.podMtu > 9216)
      ? [`pod MTU ${plan.calico.podMtu}`]
      : []),
  ];
}

function ports(plan: LabPlan): string[] {
  const used = plan.links.flatMap((link) => [link.a, link.b].map((end) => `${end.machine} ${end.interface}`));
  const names = [...plan.switches, ...plan.servers].map((each) => each.name);
  return [
    ...twice(used).map((port) => `port ${port} twice`),
    ...twice(names).map((name) => `name ${name} twice`),
    ...twice(plan.links.map((link) => link.name)).map((name) => `link ${name} twice`),
  ];
}

/** What the prediction must say of it: every session between machines of the lab comes up, and every leaf has a route to whatever is announced. */
export function brokenRoutes(plan: LabPlan): string[] {
  const { sessions: predicted, blocksOf, fib } = predictLab(plan);
  const wanted = [
    ...plan.switches.filter((each) => each.tier === 0).flatMap((each) => each.networks),
    ...Object.values(blocksOf).flat(),
  ];
  return [
    ...predicted
      .filter(({ state }) => state !== "ESTABLISHED" && state !== "UNKNOWN_REMOTE")
      .map(({ name, state, reason }) => `session ${name} is ${state}: ${reason}`),
    ...plan.switches
      .filter((each) => each.tier === 0)
      .flatMap((leaf) => {
        const known = new Set(fib(leaf.name).map((entry) => entry.prefix));
        return wanted.filter((prefix) => !known.has(prefix)).map((prefix) => `${leaf.name} has no route to ${prefix}`);
      }),
  ];
}
