import type { SessionPrediction } from "../plan/prediction";

/** A neighbor as a router should show it: named by the router, or come by itself where the router listens to a range. */
export interface ExpectedNeighbor {
  /** Name of the session. */
  readonly session: string;
  /** The neighbor's machine. */
  readonly name: string;
  readonly address: string;
  readonly as: number;
  /** Null: up at some times, down at others. */
  readonly established: boolean | null;
}

/** The predicted neighbors of a machine, as seen from it. */
export function neighborsOf(machine: string, predicted: readonly SessionPrediction[]): ExpectedNeighbor[] {
  return predicted.flatMap(({ name, a, b, state }) => {
    const other = a.machine === machine ? b : b.machine === machine ? a : null;
    return other === null || other.address === null
      ? []
      : [
          {
            session: name,
            name: other.machine ?? "unknown",
            address: other.address,
            as: other.as,
            established: state === "UNSETTLED" ? null : state === "ESTABLISHED",
          },
        ];
  });
}

/**
 * Whether the next hops in use are as predicted.
 *
 * @param certain false where timing decides between several: those in use are then some of the predicted ones
 */
export function hopsAsPredicted(certain: boolean, predicted: readonly string[], used: readonly string[]): boolean {
  return certain
    ? [...used].sort().join() === [...predicted].sort().join()
    : used.length > 0 && used.every((hop) => predicted.includes(hop));
}
