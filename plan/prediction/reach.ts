import { holds, knownAddress, knownRange, type PrefixRange } from "../../lab-spec/ip";
import { homeOf } from "../lookup";
import type { LabPlan } from "../types";
import { countOf } from "./bgp/alike";
import type { Edge } from "./bgp/path";
import { NOTHING, type Network } from "./bgp/model";
import { settledAt } from "./bgp/search";
import type { Group } from "./groups";
import { tablePaths } from "./rib";
import type { NextHopLookups } from "./software/bgp-software";
import type { Speaker } from "./speakers";
import type { Topology } from "./topology";

/** What the last pass made. */
export interface Last {
  readonly network: Network;
  readonly groups: readonly Group[];
}

/** What machines make of addresses elsewhere. */
export interface Routes {
  /** Whether packets get there. */
  reaches(machine: string, address: number): boolean;
  /** Whether a BGP route of a speaker covers it. */
  learned(machine: string, address: number): boolean;
  /** Addresses that packets to it come from, where nobody says which: those of the links they leave by; several where routes or timing choose. */
  sources(machine: string, address: number): readonly number[];
}

/** What has been asked of routes, and the answers. */
export type Asked = Map<
  string,
  {
    readonly kind: keyof Routes;
    readonly machine: string;
    readonly address: number;
    readonly answer: boolean | readonly number[];
  }
>;

/** Whether a machine has a route to an address: a connected subnet, a BGP route of the last pass, a server's default route. */
export function reachability(
  plan: LabPlan,
  topology: Topology,
  speakers: readonly Speaker[],
  last: Last | null,
  asked: Asked,
): Routes {
  const ids = new Map(speakers.map((each) => [each.name, each]));
  const leaves = new Map(plan.servers.map((each) => [each.name, homeOf(each).leaf]));
  let known: { readonly group: Group; readonly ranges: readonly PrefixRange[] }[] | null = null;
  const ranges = (): NonNullable<typeof known> =>
    (known ??= (last?.groups ?? []).map((group) => ({
      group,
      ranges: group.prefixes.map(knownRange).filter((range) => range.length > 0),
    })));
  const connected = (machine: string, address: number): boolean =>
    topology.portsOf(machine).some((port) => topology.up(port) && holds(port.subnet, address));
  const once =
    <Answer extends boolean | readonly number[]>(
      kind: keyof Routes,
      meanwhile: Answer,
      answer: (machine: string, address: number) => Answer,
    ) =>
    (machine: string, address: number): Answer => {
      const key = `${kind} ${machine} ${address}`;
      const before = asked.get(key);
      if (before !== undefined) return before.answer as Answer;
      // Names that are taken twice, which rules refuse, may make a machine its own leaf; and a next hop may be reached by its own route.
      asked.set(key, { kind, machine, address, answer: meanwhile });
      const found = answer(machine, address);
      asked.set(key, { kind, machine, address, answer: found });
      return found;
    };
  const learned = once("learned", false, (machine, address) => {
    const at = ids.get(machine);
    return (
      last !== null &&
      at !== undefined &&
      ranges().some(
        ({ group, ranges: list }) =>
          list.some((range) => holds(range, address)) &&
          settledAt(last.network, group.origins, group.state, at).best.some((path) => path.edge !== null),
      )
    );
  });
  const reaches: Routes["reaches"] = once("reaches", false, (machine, address) => {
    // A server's packets go to its leaf, whose routes decide.
    const leaf = leaves.get(machine);
    const at = ids.get(machine);
    return (
      connected(machine, address) ||
      (leaf !== undefined
        ? topology.portsOf(machine).some((port) => topology.up(port)) && reaches(leaf, address)
        : at !== undefined &&
          ranges().some(
            ({ group, ranges: list }) =>
              countOf(group.state[at.id] ?? NOTHING) > 0 && list.some((range) => holds(range, address)),
          ))
    );
  });
  const sources: Routes["sources"] = once("sources", [], (machine, address): readonly number[] => {
    const up = topology.portsOf(machine).filter((port) => topology.up(port));
    const at = ids.get(machine);
    const link = up.find((port) => port.subnet.length < 32 && holds(port.subnet, address));
    if (link !== undefined) return [link.value];
    if (leaves.has(machine)) return up.map((port) => port.value);
    if (last === null || at === undefined) return [];
    const best = ranges()
      .flatMap(({ group, ranges: list }) =>
        list
          .filter((range) => holds(range, address) && countOf(group.state[at.id] ?? NOTHING) > 0)
          .map((range) => ({ group, length: range.length })),
      )
      .reduce<{ group: Group; length: number } | null>((a, b) => (a === null || b.length > a.length ? b : a), null);
    const used =
      best === null
        ? []
        : tablePaths(last.network, best.group, at).filter(
            (path) => path.multipath !== "never" && path.nextHop !== null,
          );
    return [...new Set(used.flatMap((path) => sources(machine, knownAddress(path.nextHop ?? ""))))].sort(
      (a, b) => a - b,
    );
  });
  return { reaches, learned, sources };
}

/** How far next hops are, as the software of each speaker sees it. */
export function nextHops(topology: Topology, { reaches, learned }: Routes): Network["distance"] {
  const lookups: NextHopLookups = {
    connected: (machine, address) =>
      topology.portsOf(machine).some((port) => holds(port.subnet, address) && topology.up(port)),
    learned,
    reaches,
  };
  return (edge: Edge, nextHop: number): number => edge.at.software.nextHopDistance(edge, nextHop, lookups);
}
