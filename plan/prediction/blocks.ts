import { knownRange, rangeAround, rangeText } from "../../lab-spec/ip";
import { hasCluster } from "../cluster";
import { nodesOf } from "../lookup";
import type { LabPlan, Prefix } from "../types";

/**
 * The pod blocks a fresh cluster hands out, one a node: the first ones of the pool. Calico takes them in no order that could be known, so
 * they stand in for the real ones until a live cluster says which those are.
 */
export function nominalBlocks(plan: LabPlan): Record<string, Prefix[]> {
  if (!hasCluster(plan)) return {};
  const pool = knownRange(plan.calico.pool);
  const size = 2 ** (32 - plan.calico.blockSize);
  return Object.fromEntries(
    nodesOf(plan).map((node, i) => {
      const first = pool.first + i * size;
      return [node.name, first + size - 1 <= pool.last ? [rangeText(rangeAround(first, plan.calico.blockSize))] : []];
    }),
  );
}
