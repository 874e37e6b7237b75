import type { Alternatives, Arrival, Network, Origins, State } from "./model";
import type { Edge, BgpPath } from "./path";
import { closed, received } from "./receive";
import { exported } from "./transfer";

/**
 * Whether the sender of a session sends every path it has, each under an ID of its own (RFC 7911). Calico's BIRD is configured with `add paths on`,
 * and FRR accepts them unless it is told not to (`neighbor X disable-addpath-rx`). With one session there is nobody's path to send on.
 */
export const sendsAll = (network: Network, edge: Edge): boolean => keepsTable(network, edge.from.id);

/** Whether what a speaker sends depends on its whole table. */
export const keepsTable = (network: Network, id: number): boolean =>
  network.speakers[id]?.software.sendsAllPaths === true && !network.stubs.has(id);

/** A speaker's table: its own paths, then what its neighbors send. */
export function tableOf(own: readonly BgpPath[], arriving: readonly Arrival[]): Alternatives[] {
  return [
    ...own.map((path) => ({ paths: [path], maybe: false })),
    ...arriving.filter(({ paths }) => paths.length > 0).map(({ paths, maybe }) => ({ paths, maybe })),
  ];
}

/** What arrives on a session whose sender sends all it has: one arrival for each path of its table, also of those it could not use itself. */
export function allArrivals(network: Network, origins: Origins, state: State, edge: Edge): Arrival[] {
  const back = network.reverse.get(edge);
  const table = state[edge.from.id]?.table ?? [];
  if (back === undefined || table.length === 0 || closed(origins, edge)) return [];
  return table.flatMap(({ paths, maybe }): Arrival[] => {
    const made = paths.map((path) => exported(path, back).map((route) => ({ route, path })));
    const found = received(network, edge, made.flat(), maybe || made.some((each) => each.length === 0), idOf);
    return found.paths.length === 0 ? [] : [found];
  });
}

/** Where the sender has the path from stands for the ID it gives it: IDs are the sender's own, by time. */
const idOf = (path: BgpPath): string => (path.edge === null ? (path.own ?? "own") : `${path.edge.session} ${path.id}`);
