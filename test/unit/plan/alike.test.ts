import fc from "fast-check";
import { allocate, planOf, type LabPlan } from "../../../plan";
import { Alike } from "../../../plan/prediction/bgp/alike";
import { keyOf } from "../../../plan/prediction/bgp/path";
import { arriving } from "../../../plan/prediction/bgp/arriving";
import { NOTHING, type Network, type State } from "../../../plan/prediction/bgp/model";
import { flowsOf } from "../../../plan/prediction/flows";
import { groupsOf, type Group } from "../../../plan/prediction/groups";
import { predictLab } from "../../../plan/prediction/lab";
import { certainPass } from "../../../plan/prediction/passes";
import { readSpec } from "../../../lab-spec";
import { scaleLab } from "../../../bench/scale-lab";
import { LABS } from "../../fuzz/labs";
import { RESTLESS } from "./labs";

/** The plan of a lab, whatever the rules say of it; null where it has none. */
function planned(value: unknown): LabPlan | null {
  const { spec, problems } = readSpec(value);
  if (spec === null || problems.length > 0) return null;
  try {
    return planOf(allocate(spec));
  } catch {
    return null;
  }
}

const texts = (network: Network, state: State): string[] =>
  network.speakers.map((at) => {
    const { best, none } = state[at.id] ?? NOTHING;
    return `${at.name} ${none ? "or none" : ""} ${best.map(keyOf).join(" ")}`;
  });
const shared = (groups: readonly Group[]): number =>
  groups.reduce((sum, { state }) => sum + state.filter((each) => each instanceof Alike).length, 0);

/** Fabrics whose switches have few AS numbers among them, without some of their links: routes meet who is to refuse them. */
const MIXED = fc
  .record({
    spines: fc.array(fc.constantFrom(65001, 65002, 65003, 65101), { minLength: 2, maxLength: 4 }),
    leaves: fc.array(fc.constantFrom(65101, 65102, 65103, 65104, 65001), { minLength: 3, maxLength: 6 }),
    mode: fc.constantFrom("vxlan", "bgp"),
    asOverride: fc.boolean(),
    drained: fc.option(fc.constantFrom("leaf1", "leaf3", "spine1"), { freq: 3 }),
    summary: fc.boolean(),
    cut: fc.array(fc.nat({ max: 23 }), { maxLength: 3 }),
  })
  .map(({ spines, leaves, mode, asOverride, drained, summary, cut }) => ({
    lab: {
      name: "mixed",
      fabric: {
        bgp: { asOverride },
        spines: spines.map((as, i) => ({ name: `spine${i + 1}`, as, drain: drained === `spine${i + 1}` })),
        leaves: leaves.map((as, i) => ({
          name: `leaf${i + 1}`,
          as,
          drain: drained === `leaf${i + 1}`,
          ...(summary && i === 0 ? { aggregates: [{ prefix: "172.16.255.0/24", summaryOnly: true }] } : {}),
        })),
      },
      nodes: leaves.map((_, i) => ({
        name: `n${i + 1}-1`,
        leaf: `leaf${i + 1}`,
        ...(i === 0 ? { role: "control-plane" } : {}),
      })),
      calico: { mode },
    },
    links: [...new Set(cut)].map(
      (i) => `leaf${(i % leaves.length) + 1}-spine${(Math.floor(i / leaves.length) % spines.length) + 1}`,
    ),
  }));

/** Settles a lab with what speakers share, and with every speaker on its own; how many choices were shared. */
function compared(plan: LabPlan, links: readonly string[] = []): number {
  const { network, groups } = certainPass(plan, { broken: { links, machines: [] } });
  const alone = groupsOf({ ...network, classes: network.speakers.map(() => null) });
  expect(shared(alone)).toBe(0);
  expect(
    groups.map(({ prefixes, uncertain, settled, state }) => ({
      prefixes,
      uncertain,
      settled,
      state: texts(network, state),
    })),
  ).toEqual(
    alone.map(({ prefixes, uncertain, settled, state }) => ({
      prefixes,
      uncertain,
      settled,
      state: texts(network, state),
    })),
  );
  const flows = flowsOf(network, groups);
  for (const edge of network.edges.flat()) {
    const one = alone.map(({ origins, state, uncertain }) => {
      const how = arriving(network, origins, state, edge, network.reverse.get(edge));
      return how === "always" && uncertain ? "sometimes" : how;
    });
    expect(groups.map((_, i) => flows.get(edge)?.at(i))).toEqual(one);
    expect(groups.map((_, i) => flows.get(edge)?.any(i))).toEqual(one.map((how) => how !== "never"));
  }
  return shared(groups);
}

describe("speakers that hear the same", () => {
  test("settle as they would alone, in labs of all kinds", () => {
    let found = 0;
    fc.assert(
      fc.property(LABS, (lab) => {
        const plan = planned(lab);
        if (plan !== null) found += compared(plan);
      }),
      { numRuns: 40 },
    );
    expect(found).toBeGreaterThan(10);
  }, 120_000);

  test("settle as they would alone where routes are about some of them", () => {
    let found = 0;
    fc.assert(
      fc.property(MIXED, ({ lab, links }) => {
        const plan = planned(lab);
        if (plan === null) throw new Error("no plan");
        found += compared(plan, links);
      }),
      { numRuns: 120 },
    );
    expect(found).toBeGreaterThan(300);
  }, 120_000);

  test.each(["vxlan", "bgp"] as const)("are most of a fabric's leaves (%s)", (mode) => {
    const plan = planned(scaleLab({ spines: 4, leaves: 20, nodes: 40 }, mode));
    if (plan === null) throw new Error("no plan");
    const { groups } = certainPass(plan);
    const learn = groups.reduce((sum, { state }) => sum + state.filter((each) => each.best.length > 0).length, 0);
    expect(compared(plan) / learn).toBeGreaterThan(0.8);
  });

  test("are left where paths multiply in every round: no outcomes are given then", () => {
    const plan = planned(RESTLESS);
    if (plan === null) throw new Error("no plan");
    const broken = { links: ["leaf6-spine1", "leaf6-spine3"], machines: [] };
    expect(predictLab(plan, { broken }).unsettled).toEqual(["10.0.103.0/24", "172.16.255.103/32"]);
  });
});
