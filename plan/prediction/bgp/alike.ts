import type { Speaker } from "../speakers";
import type { Edge, BgpPath } from "./path";
import type { Class, Classes, Settled } from "./model";

/**
 * Classes of switches whose sessions leave nothing to the addresses at their ends: external, single-hop, on a link of two machines, without a filter
 * or a next hop that is passed on. Speakers that pass nothing on are left aside: what they originate is not shared.
 */
export function classesOf(
  speakers: readonly Speaker[],
  edges: readonly (readonly Edge[])[],
  reverse: ReadonlyMap<Edge, Edge>,
  stubs: ReadonlySet<number>,
): Classes {
  const byKey = new Map<string, Map<number, readonly Edge[]>>();
  for (const at of speakers) {
    const common = (edges[at.id] ?? []).filter((edge) => !stubs.has(edge.from.id));
    if (
      !at.software.choosesByRoutesAlone ||
      common.length === 0 ||
      !common.every((edge) => isPlain(edge, reverse.get(edge)))
    )
      continue;
    const key = [
      at.drain ? "drained" : "",
      ...common.map((edge) => `${edge.from.id} ${reverse.get(edge)?.group ?? ""}`),
    ].join();
    byKey.set(key, (byKey.get(key) ?? new Map<number, readonly Edge[]>()).set(at.id, common));
  }
  const found: (Class | null)[] = speakers.map(() => null);
  for (const members of byKey.values()) {
    const shared: Class = { edges: members };
    if (members.size > 1) for (const id of members.keys()) found[id] = shared;
  }
  return found;
}

function isPlain({ internal, shared, settings, from }: Edge, back: Edge | undefined): boolean {
  return (
    back !== undefined &&
    from.software.choosesByRoutesAlone &&
    !internal &&
    shared === null &&
    back.shared === null &&
    settings.allowasIn === 0 &&
    settings.multihop === null &&
    settings.accept === null &&
    settings.acceptNextHop === null &&
    !back.settings.nextHopUnchanged
  );
}

/** A path of every member: by which of the shared sessions it comes. */
interface SharedPath {
  readonly position: number;
  readonly path: BgpPath;
}

/** What the members of a class have settled on. */
export interface SharedChoice {
  readonly paths: readonly SharedPath[];
  readonly none: boolean;
  /** Length of the first path, and whether all have it. */
  readonly length: number;
  readonly uniform: boolean;
  /** In how many of the paths an AS number stands. */
  readonly holding: ReadonlyMap<number, number>;
}

/** What one member has settled on: paths are made when they are asked for. */
export class Alike implements Settled {
  sent: Settled["sent"] = null;
  constructor(
    readonly choice: SharedChoice,
    readonly edges: readonly Edge[],
  ) {}
  get none(): boolean {
    return this.choice.none;
  }
  get table(): null {
    return null;
  }
  get best(): readonly BgpPath[] {
    return this.choice.paths.map(({ position, path }) => {
      const edge = this.edges[position] ?? path.edge;
      return { ...path, edge, nextHop: edge?.address ?? path.nextHop };
    });
  }
}

/** In how many of a speaker's best paths an AS number stands. */
export function holdingOf(settled: Settled): { readonly count: number; readonly holding: ReadonlyMap<number, number> } {
  if (settled instanceof Alike) return { count: settled.choice.paths.length, holding: settled.choice.holding };
  const holding = new Map<number, number>();
  for (const path of settled.best) for (const as of new Set(path.asPath)) holding.set(as, (holding.get(as) ?? 0) + 1);
  return { count: settled.best.length, holding };
}

/** What the others of a class make of what one has settled on. */
export function choiceOf(settled: Settled, edges: readonly Edge[]): SharedChoice {
  const { best, none } = settled;
  const positions = new Map(edges.map((edge, i) => [edge, i]));
  const length = best[0]?.asPath.length ?? Infinity;
  return {
    paths: best.map((path) => ({ position: path.edge === null ? -1 : (positions.get(path.edge) ?? -1), path })),
    none,
    length,
    uniform: best.every((path) => path.asPath.length === length),
    holding: holdingOf(settled).holding,
  };
}

/** How many paths a speaker may have as its best. */
export const countOf = (settled: Settled): number =>
  settled instanceof Alike ? settled.choice.paths.length : settled.best.length;

/** Whether a session that a best path of a speaker may come by is such. */
export function someBestEdge(settled: Settled, is: (edge: Edge) => boolean): boolean {
  if (settled instanceof Alike)
    return settled.choice.paths.some(({ position }) => {
      const edge = settled.edges[position];
      return edge !== undefined && is(edge);
    });
  return settled.best.some(({ edge }) => edge !== null && is(edge));
}
