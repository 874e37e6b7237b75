import { allArrivals, sendsAll } from "./bgp/add-path";
import { NOTHING, type Network } from "./bgp/model";
import { sendsAny } from "./bgp/receive";
import { holdingOf } from "./bgp/alike";
import type { Edge } from "./bgp/path";
import { arriving, type Arriving } from "./bgp/arriving";
import type { Group } from "./groups";
import type { Speaker } from "./speakers";

/** Whether each group's routes arrive on one session, by the group's place. */
export class Flow {
  /** @param table a byte a session and group, group by group */
  constructor(
    private readonly table: Uint8Array,
    private readonly sessions: number,
    private readonly session: number,
  ) {}
  at(group: number): Arriving {
    return ARRIVING[this.table[group * this.sessions + this.session] ?? NEVER] ?? "never";
  }
  /** Whether any route of the group may arrive. */
  any(group: number): boolean {
    return (this.table[group * this.sessions + this.session] ?? NEVER) !== NEVER;
  }
}

const ARRIVING: readonly Arriving[] = ["never", "sometimes", "always"];
const NEVER = 0;
const SOMETIMES = 1;
const ALWAYS = 2;

/** Whether each group's routes arrive on each session. */
export type Flows = ReadonlyMap<Edge, Flow>;

/** What a speaker sends on: sessions whose receivers differ for it in their AS number alone lie side by side. */
interface Outgoing {
  readonly sender: Speaker;
  readonly first: number;
  readonly last: number;
  /** Of these, places by the receiver's AS number. */
  readonly byAs: ReadonlyMap<number, readonly number[]>;
  readonly others: readonly { readonly place: number; readonly edge: Edge; readonly back: Edge | undefined }[];
}

export function flowsOf(network: Network, groups: readonly Group[]): Flows {
  const { outgoing, edges } = outgoingOf(network);
  const table = new Uint8Array(groups.length * edges.length);
  groups.forEach((group, i) => {
    flow(network, group, outgoing, table.subarray(i * edges.length, (i + 1) * edges.length));
  });
  return new Map(edges.map((edge, i) => [edge, new Flow(table, edges.length, i)]));
}

function outgoingOf(network: Network): { outgoing: Outgoing[]; edges: Edge[] } {
  const bySender = new Map<Speaker, Edge[]>();
  for (const edge of network.edges.flat()) {
    const list = bySender.get(edge.from);
    if (list === undefined) bySender.set(edge.from, [edge]);
    else list.push(edge);
  }
  const edges: Edge[] = [];
  const outgoing = [...bySender].map(([sender, all]): Outgoing => {
    const like = all.filter((edge) => dependsOnAs(network, edge));
    const rest = all.filter((edge) => !dependsOnAs(network, edge));
    const first = edges.length;
    const byAs = new Map<number, number[]>();
    like.forEach(({ at }, i) => {
      byAs.set(at.as, [...(byAs.get(at.as) ?? []), first + i]);
    });
    const others = rest.map((edge, i) => ({ place: first + like.length + i, edge, back: network.reverse.get(edge) }));
    edges.push(...like, ...rest);
    return { sender, first, last: first + like.length, byAs, others };
  });
  return { outgoing, edges };
}

/** Whether the receiver refuses what holds its AS number, and nothing else. */
function dependsOnAs(network: Network, edge: Edge): boolean {
  const back = network.reverse.get(edge);
  const { settings } = edge;
  return (
    back !== undefined &&
    !edge.internal &&
    settings.allowasIn === 0 &&
    settings.accept === null &&
    settings.acceptNextHop === null &&
    !back.settings.asOverride &&
    !back.settings.nextHopUnchanged &&
    back.shared === null &&
    !sendsAll(network, edge)
  );
}

function flow(
  network: Network,
  { origins, state, uncertain }: Group,
  outgoing: readonly Outgoing[],
  row: Uint8Array,
): void {
  for (const { sender, first, last, byAs, others } of outgoing) {
    const settled = state[sender.id] ?? NOTHING;
    if (settled === NOTHING) continue;
    if (first < last && sendsAny(origins, sender)) {
      const { count, holding } = holdingOf(settled);
      const open = uncertain || settled.none ? SOMETIMES : ALWAYS;
      if (count > 0) row.fill(open, first, last);
      for (const [as, held] of holding)
        for (const place of byAs.get(as) ?? []) row[place] = held === count ? NEVER : SOMETIMES;
    }
    for (const { place, edge, back } of others) {
      const how = arriving(network, origins, state, edge, back);
      row[place] = how === "never" ? NEVER : how === "sometimes" || uncertain ? SOMETIMES : ALWAYS;
    }
  }
}

const ONE = {
  never: { always: 0, sometimes: 0 },
  sometimes: { always: 0, sometimes: 1 },
  always: { always: 1, sometimes: 0 },
} as const;

/** How many paths of each of a group's prefixes arrive on a session: more than one where the neighbor sends all it has (RFC 7911). */
export function pathsOn(
  network: Network,
  { origins, state, uncertain }: Group,
  edge: Edge,
  how: Arriving,
): { readonly always: number; readonly sometimes: number } {
  if (how === "never" || !sendsAll(network, edge)) return ONE[how];
  const all = allArrivals(network, origins, state, edge);
  const always = uncertain ? 0 : all.filter((each) => !each.maybe).length;
  return { always, sometimes: all.length - always };
}
