/** A single route of a machine is what its whole table says of the address. */
import { knownAddress, knownRange } from "../../../lab-spec/ip";
import { predictLab, type FibEntry, type LabPrediction } from "../../../plan/prediction";
import { longestMatch, prefixTable } from "../../../plan/prediction/longest-match";
import { machinesOf } from "../../../plan/lookup";
import type { LabPlan } from "../../../plan";
import { randomFabric } from "../../e2e/prediction/fabrics";
import { planOf, stackValue } from "./labs";

/** Addresses in and around every range that some machine has a route to. */
function addressesOf(tables: readonly (readonly FibEntry[])[]): number[] {
  const edges = tables.flat().flatMap(({ prefix }) => {
    const { first, last } = knownRange(prefix);
    return [first, last, first + 1, Math.floor((first + last) / 2), last + 1, first - 1];
  });
  return [...new Set([...edges, knownAddress("198.51.100.7")])].filter((value) => value >= 0 && value < 2 ** 32);
}

/** Where the two differ, a line each. */
function differences(plan: LabPlan, whole: LabPrediction, single: LabPrediction): string[] {
  const machines = machinesOf(plan).map(({ name }) => name);
  const addresses = addressesOf(machines.map((name) => whole.fib(name)));
  return machines.flatMap((name) => {
    const table = prefixTable(whole.fib(name), ({ prefix }) => [prefix]);
    return addresses.flatMap((address) => {
      const [expected, found] = [longestMatch(table, address), single.route(name, address)].map((route) =>
        JSON.stringify(route),
      );
      return expected === found ? [] : [`${name} ${address}: ${found ?? ""}, in the table ${expected ?? ""}`];
    });
  });
}

test.each(["dev", "vxlan", "bgp", "bgp-rr"])("of the committed stack %s", (stack) => {
  const plan = planOf(stackValue(stack));
  expect(differences(plan, predictLab(plan), predictLab(plan))).toEqual([]);
});

test.each(Array.from({ length: 18 }, (_, n) => n))("of random fabric %i, whole and broken", (n) => {
  const { plan, broken } = randomFabric(7, n);
  expect(differences(plan, predictLab(plan), predictLab(plan))).toEqual([]);
  if (broken !== null)
    expect(differences(plan, predictLab(plan, { broken }), predictLab(plan, { broken }))).toEqual([]);
});
