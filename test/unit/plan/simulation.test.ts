import fc from "fast-check";
import { matchOutcome, outcomes, predict, type ObservedTables } from "../../../plan/prediction";
import type { LabPlan } from "../../../plan";
import { bigLab, planOf } from "./labs";
import { simulate } from "./simulate";

/** "spine1 > leaf2" for every path of a prefix that one switch has from another. */
function sent(plan: LabPlan, tables: ObservedTables, prefix: string): string[] {
  return plan.switches
    .flatMap((to) => to.neighbors.filter(({ address }) => (tables[to.name]![prefix] ?? []).some((path) => path.peer === address)).map(({ machine }) => `${machine} > ${to.name}`))
    .sort();
}

/** A repeatable random choice. */
function picker(seed: number): (choices: number) => number {
  let state = seed >>> 0;
  return (choices) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * choices);
  };
}

/** Fabrics of all small shapes, spines with their own AS numbers or one for all. */
const fabrics = fc.record({ spines: fc.integer({ min: 1, max: 4 }), leaves: fc.integer({ min: 1, max: 4 }), shared: fc.boolean() });

function fabricPlan({ spines, leaves, shared }: { spines: number; leaves: number; shared: boolean }): LabPlan {
  const lab = bigLab(spines, leaves);
  if (!shared) return planOf(lab);
  return planOf({ ...lab, fabric: { ...lab.fabric, spines: Array.from({ length: spines }, (_, i) => ({ name: `spine${i + 1}`, as: 65000 })) } });
}

describe("BGP run message by message in any order", () => {
  test("settles in a state that matches the plan and whose counts were predicted", () => {
    fc.assert(
      fc.property(fabrics, fc.nat(), (fabric, seed) => {
        const plan = fabricPlan(fabric);
        const tables = simulate(plan, picker(seed));
        expect(matchOutcome(plan, tables)).toEqual([]);
        for (const { to, neighbor, counts } of predict(plan).received) {
          expect(counts).toContain(Object.values(tables[to]!).flat().filter((path) => path.peer === neighbor).length);
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each([[2, 2], [2, 3], [3, 2]])("reaches every predicted outcome of %i spines and %i leaves, and no other", (spines, leaves) => {
    const plan = planOf(bigLab(spines, leaves));
    const runs = Array.from({ length: 400 }, (_, seed) => simulate(plan, picker(seed)));
    for (const prediction of predict(plan).prefixes) {
      const predicted = [...outcomes(plan, prediction)].map((outcome) => outcome.sent.join());
      const reached = new Set(runs.map((tables) => sent(plan, tables, prediction.prefix).join()));
      expect([...reached].sort()).toEqual([...new Set(predicted)].sort());
    }
  });
});
