import type { LabPlan } from "../types";
import { routersOf } from "./graph";
import { accepts } from "./propagate";
import type { PathOption, PrefixPrediction } from "./types";

/** One stable outcome of one prefix. */
export interface Outcome {
  /** The best path of each router that knows the prefix. */
  readonly best: Readonly<Record<string, PathOption>>;
  /** Who sends the prefix to whom, and has it accepted: "spine1 > leaf2", sorted. */
  readonly sent: readonly string[];
}

/** How many outcomes a prefix has: the product of its routers' choices. */
export function countOutcomes(of: PrefixPrediction): number {
  return of.routers.reduce((product, router) => product * router.best.length, 1);
}

/** Every stable outcome of a prefix, one after the other. Their number grows exponentially with the fabric: ask `countOutcomes` first. */
export function* outcomes(plan: LabPlan, of: PrefixPrediction): Generator<Outcome> {
  const routers = routersOf(plan);
  for (const best of choices(of, 0)) {
    const sent = Object.entries(best).flatMap(([name, option]) => {
      const sender = routers.get(name);
      return (sender?.adjacencies ?? []).flatMap(({ neighbor }) => {
        const receiver = routers.get(neighbor);
        return sender !== undefined && receiver !== undefined && accepts(receiver, sender, option.asPath) ? [`${name} > ${neighbor}`] : [];
      });
    });
    yield { best, sent: sent.sort() };
  }
}

function* choices(of: PrefixPrediction, from: number): Generator<Record<string, PathOption>> {
  const router = of.routers[from];
  if (router === undefined) {
    yield {};
    return;
  }
  for (const rest of choices(of, from + 1)) {
    for (const option of router.best) yield { [router.router]: option, ...rest };
  }
}
