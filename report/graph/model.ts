import { homeOf, hostPart, tierName } from "../../plan/lookup";
import { predictLab, type Broken, type SessionPrediction } from "../../plan/prediction";
import { defined } from "../../plan/defined";
import type { LabPlan, ServerPlan } from "../../plan/types";

/** A lab as a picture has it: machines in tiers and racks, cables, BGP sessions as predicted. */
export interface LabGraph {
  readonly name: string;
  readonly machines: readonly GraphMachine[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphMachine {
  readonly name: string;
  readonly role: "spine" | "leaf" | "control-plane" | "worker" | "host" | "netscaler";
  /** The leaf whose rack it is in; null for a spine. */
  readonly rack: string | null;
  /** "AS 65101", "172.16.255.101", "drained". */
  readonly details: readonly string[];
  readonly broken: boolean;
}

/** A cable, with the sessions between its ends; or a session between machines that no cable joins. `a` is in the upper tier, where tiers differ. */
export interface GraphEdge {
  readonly name: string;
  readonly kind: "cable" | "session";
  readonly a: string;
  readonly b: string;
  /** Interface and addresses of each end: "swp51 172.16.0.1"; empty for a session. */
  readonly aPort: string;
  readonly bPort: string;
  /** "ESTABLISHED", or what the session is instead; null where there is none. */
  readonly state: string | null;
  /** Why it is not established; empty if it is. */
  readonly reason: string;
  readonly broken: boolean;
}

/** Racks by their leaf, in the order of the machines. */
export const racksOf = (machines: readonly GraphMachine[]): string[] => [
  ...new Set(machines.flatMap(({ rack }) => (rack === null ? [] : [rack]))),
];

/** How an edge is drawn: what is broken says nothing of its session. */
export function lookOf({ state, broken }: GraphEdge): "broken" | "none" | "up" | "down" {
  return broken ? "broken" : state === null ? "none" : state === "ESTABLISHED" ? "up" : "down";
}

/** A plan as a graph, with what is broken in it. */
export function graphOf(plan: LabPlan, broken: Broken = { links: [], machines: [] }): LabGraph {
  const machines = machinesOf(plan, broken);
  const heights = heightsOf(plan);
  const sessions = predictLab(plan, { broken }).sessions;
  const names = new Set(machines.map(({ name }) => name));
  const cabled = new Set<SessionPrediction>();
  const cables = plan.links.map((link): GraphEdge => {
    const own = sessions.filter(
      (each) =>
        joins(each, link.a.machine, link.b.machine) &&
        (link.kind === "server" || each.name === link.name || sessionLink(plan, each.name) === link.name),
    );
    for (const each of own) cabled.add(each);
    const worst = own.find((each) => each.state !== "ESTABLISHED") ?? own[0];
    return {
      name: link.name,
      kind: "cable",
      a: link.a.machine,
      b: link.b.machine,
      aPort: portText(plan, link.a),
      bPort: portText(plan, link.b),
      state: worst?.state ?? null,
      reason: worst?.reason ?? "",
      broken:
        broken.links.includes(link.name) ||
        broken.machines.some((each) => each === link.a.machine || each === link.b.machine),
    };
  });
  const others = sessions
    .filter((each) => !cabled.has(each))
    .flatMap(({ name, a, b, state, reason }): GraphEdge[] =>
      a.machine === null || b.machine === null || !names.has(a.machine) || !names.has(b.machine)
        ? []
        : [
            {
              name,
              kind: "session",
              a: a.machine,
              b: b.machine,
              aPort: "",
              bPort: "",
              state,
              reason,
              broken: broken.machines.some((each) => each === a.machine || each === b.machine),
            },
          ],
    );
  return { name: plan.name, machines, edges: [...cables, ...others].map((edge) => downwards(edge, heights)) };
}

/** The edge from the higher machine to the lower one: a server is below every switch. */
function downwards(edge: GraphEdge, heights: ReadonlyMap<string, number>): GraphEdge {
  const [a, b] = [edge.a, edge.b].map((name) => defined(heights.get(name), `machine ${name} in the graph`)) as [
    number,
    number,
  ];
  return a >= b ? edge : { ...edge, a: edge.b, b: edge.a, aPort: edge.bPort, bPort: edge.aPort };
}

/** How far up each machine stands: servers, then switches by tier. */
function heightsOf(plan: LabPlan): Map<string, number> {
  return new Map([
    ...plan.switches.map(({ name, tier }) => [name, tier + 1] as const),
    ...plan.servers.map(({ name }) => [name, 0] as const),
  ]);
}

function machinesOf(plan: LabPlan, broken: Broken): GraphMachine[] {
  const down = new Set(broken.machines);
  const switches = plan.switches.map((each): GraphMachine => ({
    name: each.name,
    role: tierName(each),
    rack: each.bridge === null ? null : each.name,
    broken: down.has(each.name),
    details: [
      `AS ${each.as}`,
      each.routerId,
      ...(each.bridge === null ? [] : [each.bridge.address]),
      ...(each.drain ? ["drained"] : []),
    ],
  }));
  const servers = plan.servers.map((each): GraphMachine => ({
    name: each.name,
    role: each.kind === "node" ? each.role : each.kind === "host" ? "host" : "netscaler",
    rack: homeOf(each).leaf,
    broken: down.has(each.name),
    details: [...each.uplinks.map(({ address }) => address), ...serverDetails(each, plan)],
  }));
  return [...switches, ...servers];
}

function serverDetails(server: ServerPlan, { calico }: LabPlan): string[] {
  switch (server.kind) {
    case "node":
      return [
        ...(server.bgp === null ? [] : [`AS ${server.bgp.as}`]),
        ...(calico?.bgp?.routeReflectors.includes(server.name) === true ? ["route reflector"] : []),
      ];
    case "host":
      return [];
    case "balancer":
      return [`AS ${server.as}`, ...server.vips.map((vip) => `VIP ${vip}`)];
  }
}

const joins = ({ a, b }: SessionPrediction, one: string, other: string): boolean =>
  (a.machine === one && b.machine === other) || (a.machine === other && b.machine === one);
const sessionLink = (plan: LabPlan, name: string): string | null =>
  plan.sessions.find((each) => each.name === name)?.link ?? null;

/** "swp51 172.16.0.1": the address only of a port that has one. */
function portText(plan: LabPlan, end: { readonly machine: string; readonly interface: string }): string {
  const address = plan.switches
    .find(({ name }) => name === end.machine)
    ?.interfaces.find(({ name }) => name === end.interface)?.addresses[0];
  return [end.interface, ...(address === undefined ? [] : [hostPart(address)])].join(" ");
}
