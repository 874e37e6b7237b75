import * as fc from "fast-check";
import { allocate, makePlan, parseSpec, RULES, type HostFacts } from "../../../plan";
import { readSpec } from "../../../lab-spec";
import { PASSING_CASES } from "./cases-passing";
import { LABS } from "../../fuzz/labs";
import { brokenInvariants } from "../../fuzz/invariants";
import { predictable } from "../../fuzz/predictable";
import { problemsOf, smallLab } from "./labs";

/** What one rule finds in a lab as written, its off-switch left aside. */
function found(rule: string, value: unknown, host?: HostFacts): string[] {
  const { spec, problems } = readSpec(value);
  expect(problems).toEqual([]);
  return RULES.filter((each) => each.name === rule).flatMap((each) =>
    each.check(allocate(spec!), host).map((problem) => problem.message),
  );
}

test.each(PASSING_CASES)("%s lets pass: %s", (rule, _title, lab) => {
  expect(found(rule, lab())).toEqual([]);
});

test("every rule has a lab at its border that passes (the broken ones: test/unit/broken.test.ts)", () => {
  const covered = new Set(PASSING_CASES.map(([rule]) => rule));
  expect(RULES.map((rule) => rule.name).filter((name) => !covered.has(name))).toEqual([]);
  expect([...covered].filter((name) => !RULES.some((rule) => rule.name === name))).toEqual([]);
});

test("rules have names of their own, in order, and say what they are for", () => {
  const names = RULES.map((rule) => rule.name);
  expect(names).toEqual([...new Set(names)].sort());
  for (const rule of RULES) {
    expect(rule.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [rule.title, rule.source, rule.why]) expect(text.length).toBeGreaterThan(3);
    expect(rule.why).toMatch(/[.)]$/);
  }
});

describe("host-overlap", () => {
  const host: HostFacts = {
    bridges: [
      { name: "docker0", prefix: "172.17.0.0/16" },
      { name: "br-0123456789ab", prefix: "192.168.201.0/24" },
    ],
    routes: [{ device: "eth0", prefix: "10.64.0.0/16" }],
  };

  test("names the route and the range it meets", () => {
    expect(found("host-overlap", smallLab(), host)).toEqual([
      "pod CIDR 10.64.0.0/12 overlaps the route through eth0 to 10.64.0.0/16 of this machine",
    ]);
  });

  test("takes the bridge with the management subnet for the lab's own", () => {
    const other = { ...host, routes: [], bridges: [{ name: "br-0123456789ab", prefix: "192.168.200.0/22" }] };
    expect(found("host-overlap", smallLab(), other)).toEqual([
      "management subnet 192.168.201.0/24 overlaps the bridge br-0123456789ab 192.168.200.0/22 of this machine",
    ]);
    expect(found("host-overlap", smallLab(), { ...host, routes: [] })).toEqual([]);
  });

  test("refuses nothing", () => {
    const parsed = parseSpec(smallLab(), host);
    expect("spec" in parsed && parsed.warnings.map((each) => each.rule)).toEqual(["host-overlap"]);
  });
});

describe("the off-switch", () => {
  const broken = {
    ...smallLab(),
    fabric: {
      spines: 2,
      leaves: [
        { name: "leaf1", as: 65100 },
        { name: "leaf2", as: 65100 },
      ],
    },
  };

  test("lets the lab pass, and the plan be made", () => {
    expect(problemsOf(broken).map((each) => each.rule)).toEqual(["duplicate-as"]);
    const off = { ...broken, rules: { "duplicate-as": { off: "the two leaves are one rack's pair" } } };
    const parsed = parseSpec(off);
    expect("spec" in parsed && makePlan(parsed.spec).switches.filter((each) => each.as === 65100)).toHaveLength(2);
  });

  test("can't make a plan of a lab that none can be made of", () => {
    for (const rule of RULES.filter((each) => each.fixed !== null)) {
      expect(
        problemsOf({ ...smallLab(), rules: { [rule.name]: { off: "there is no reason" } } }).map((each) => each.rule),
      ).toEqual(["rule-switch"]);
    }
  });

  test("makes a plan or says why not, whatever is switched off", () => {
    const rules = Object.fromEntries(
      RULES.filter((each) => each.fixed === null).map((each) => [each.name, { off: "all that can be are off" }]),
    );
    fc.assert(
      fc.property(LABS, (lab) => {
        const parsed = parseSpec({ ...(lab as object), rules });
        if ("spec" in parsed) makePlan(parsed.spec);
        else
          for (const problem of parsed.problems)
            expect(RULES.find((each) => each.name === problem.rule)?.fixed ?? "schema").not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

test("a lab that passes all rules has no two equal addresses, and every allocation lies in its pool", () => {
  let accepted = 0;
  fc.assert(
    fc.property(LABS, (lab) => {
      const made = predictable(lab);
      if (made === null) return;
      accepted++;
      expect(brokenInvariants(made.plan, made.spec)).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(accepted).toBeGreaterThan(30);
});
