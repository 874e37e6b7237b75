import type { LabPlan } from "../types";
import { arrivals } from "./bgp/arrivals";
import { chosen } from "./bgp/choice";
import type { Network, State } from "./bgp/model";
import { withTables } from "./bgp/tables";
import { keyOf, type BgpPath } from "./bgp/path";
import type { Group } from "./groups";
import { certainPass } from "./passes";
import { optionOf } from "./predict";
import type { PathOption, PrefixPrediction } from "./types";

/** One stable outcome of one prefix. */
export interface Outcome {
  /** The best path of each router that knows the prefix. */
  readonly best: Readonly<Record<string, PathOption>>;
  /** Who sends the prefix to whom, and has it accepted: "spine1 > leaf2", sorted. */
  readonly sent: readonly string[];
}

/** How many outcomes a prefix has at most: the product of its routers' choices. */
export function countOutcomes(of: PrefixPrediction): number {
  return of.routers.reduce((product, router) => product * router.best.length, 1);
}

/** Every stable outcome of a prefix, one after the other. Their number grows exponentially with the fabric: ask `countOutcomes` first. */
export function* outcomes(plan: LabPlan, of: PrefixPrediction): Generator<Outcome> {
  const { network, groups } = certainPass(plan);
  const group = groups.find((each) => each.prefixes.includes(of.prefix));
  if (group === undefined) return;
  for (const best of choices(group.state, 0)) {
    const state = withTables(
      network,
      group.origins,
      best.map((path) => ({ best: path === null ? [] : [path], none: path === null, sent: null, table: null })),
    );
    if (!stable(network, group, state)) continue;
    const sent = [
      ...new Set(
        network.speakers.flatMap((at) =>
          arrivals(network, group.origins, state, at).flatMap(({ edge, paths }) =>
            paths.length > 0 ? [`${edge.from.name} > ${at.name}`] : [],
          ),
        ),
      ),
    ];
    const named = network.speakers.flatMap((at, i): [string, PathOption][] => {
      const path = best[i];
      return path === null || path === undefined ? [] : [[at.name, optionOf(path)]];
    });
    yield { best: Object.fromEntries(named), sent: sent.sort() };
  }
}

/** Whether every speaker, given what the others have chosen, may stay with its choice. */
export function stable(network: Network, group: Group, state: State): boolean {
  return network.speakers.every((at) => {
    const own = group.origins.own.get(at.id) ?? [];
    if (own.length > 0 || network.stubs.has(at.id)) return true;
    const { best, none } = chosen(at, arrivals(network, group.origins, state, at), []);
    const path = state[at.id]?.best[0];
    return path === undefined ? none : best.some((each) => keyOf(each) === keyOf(path));
  });
}

function* choices(state: State, from: number): Generator<(BgpPath | null)[]> {
  const at = state[from];
  if (at === undefined) {
    yield [];
    return;
  }
  for (const rest of choices(state, from + 1)) {
    for (const option of at.best) yield [option, ...rest];
    if (at.none) yield [null, ...rest];
  }
}
