import { predictLab, type Broken, type SessionPrediction } from "../../plan/prediction";
import type { LabPlan } from "../../plan/types";

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
  return { name: plan.name, machines, edges: [...cables, ...others].map((edge) => downwards(edge, machines)) };
}

const TIERS: Readonly<Record<GraphMachine["role"], number>> = {
  spine: 0,
  leaf: 1,
  "control-plane": 2,
  worker: 2,
  host: 2,
  netscaler: 2,
};

function downwards(edge: GraphEdge, machines: readonly GraphMachine[]): GraphEdge {
  const tier = (of: string): number => {
    const found = machines.find(({ name }) => name === of);
    return found === undefined ? 0 : TIERS[found.role];
  };
  return tier(edge.a) <= tier(edge.b) ? edge : { ...edge, a: edge.b, b: edge.a, aPort: edge.bPort, bPort: edge.aPort };
}

function machinesOf(plan: LabPlan, broken: Broken): GraphMachine[] {
  const down = new Set(broken.machines);
  const switches = plan.switches.map((each): GraphMachine => ({
    name: each.name,
    role: each.role,
    rack: each.role === "leaf" ? each.name : null,
    broken: down.has(each.name),
    details: [
      `AS ${each.as}`,
      each.routerId,
      ...(each.bridge === null ? [] : [each.bridge.address]),
      ...(each.drain ? ["drained"] : []),
    ],
  }));
  const reflectors = new Set(plan.calico.bgp?.routeReflectors);
  const nodes = plan.nodes.map((each): GraphMachine => ({
    name: each.name,
    role: each.role,
    rack: each.leaf,
    broken: down.has(each.name),
    details: [
      each.address,
      ...(each.bgp === null ? [] : [`AS ${each.bgp.as}`]),
      ...(reflectors.has(each.name) ? ["route reflector"] : []),
    ],
  }));
  const hosts = plan.hosts.map((each): GraphMachine => ({
    name: each.name,
    role: "host",
    rack: each.leaf,
    details: [each.address],
    broken: down.has(each.name),
  }));
  const balancer = plan.netscaler;
  return [
    ...switches,
    ...nodes,
    ...hosts,
    ...(balancer === null
      ? []
      : [
          {
            name: balancer.name,
            role: "netscaler" as const,
            rack: balancer.leaf,
            details: [balancer.address, `AS ${balancer.as}`, ...balancer.vips.map((vip) => `VIP ${vip}`)],
            broken: down.has(balancer.name),
          },
        ]),
  ];
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
  return [end.interface, ...(address === undefined ? [] : [address.split("/")[0] ?? ""])].join(" ");
}
