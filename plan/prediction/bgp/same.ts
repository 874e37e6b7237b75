import { Alike, countOf, type SharedChoice } from "./alike";
import { keyOf, type BgpPath } from "./path";
import type { Alternatives, Settled } from "./model";

/** Whether a speaker has settled on the same again: nothing is sent then. */
export function same(a: Settled, b: Settled): boolean {
  if (a instanceof Alike && b instanceof Alike && a.edges === b.edges) return sameChoice(a.choice, b.choice);
  if (countOf(a) !== countOf(b)) return false;
  return (
    a.none === b.none &&
    sameTable(a.table, b.table) &&
    a.best.length === b.best.length &&
    a.best.every((path, i) => {
      const other = b.best[i];
      return other !== undefined && equal(path, other);
    })
  );
}

function sameChoice(a: SharedChoice, b: SharedChoice): boolean {
  return (
    a === b ||
    (a.none === b.none &&
      a.paths.length === b.paths.length &&
      a.paths.every(({ position, path }, i) => {
        const other = b.paths[i];
        return (
          other !== undefined &&
          position === other.position &&
          path.localPref === other.path.localPref &&
          path.gshut === other.path.gshut &&
          path.originator === other.path.originator &&
          list(path.asPath, other.path.asPath) &&
          list(path.clusters, other.path.clusters)
        );
      }))
  );
}

function equal(a: BgpPath, b: BgpPath): boolean {
  return (
    a.edge === b.edge &&
    a.own === b.own &&
    a.id === b.id &&
    a.nextHop === b.nextHop &&
    a.originator === b.originator &&
    a.valid === b.valid &&
    a.localPref === b.localPref &&
    a.gshut === b.gshut &&
    list(a.asPath, b.asPath) &&
    list(a.clusters, b.clusters)
  );
}

function list(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function sameTable(a: readonly Alternatives[] | null, b: readonly Alternatives[] | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.length === b.length &&
    a.every((slot, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        slot.maybe === other.maybe &&
        slot.paths.length === other.paths.length &&
        slot.paths.every((path, j) => {
          const also = other.paths[j];
          return also !== undefined && keyOf(path) === keyOf(also);
        })
      );
    })
  );
}
