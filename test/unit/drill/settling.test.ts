import { Expected } from "../../../drill/expected";
import { patience } from "../../../drill/patience";
import { drillText } from "../../../drill/text";
import type { DrillResult } from "../../../drill";
import { nodesOf } from "../../../plan/lookup";
import { holdTime } from "../../../plan/timers";
import type { LabPlan } from "../../../plan/types";
import { nominalBlocks } from "../../../plan/prediction/blocks";
import { planOf, stackValue } from "../plan/labs";

const bgp = planOf(stackValue("bgp"));
const reflectors = planOf(stackValue("bgp-rr"));
const withCalico = (calico: object): LabPlan => {
  const value = stackValue("bgp");
  return planOf({ ...value, calico: { ...value.calico, bgp: calico } });
};
const seconds = (plan: LabPlan, name: string, dead: string[] = []): number =>
  patience(
    plan,
    plan.sessions.filter((each) => each.name === name),
    dead,
  ) / 1000;

describe("how long a failure may take to be seen", () => {
  test("follows from the hold times of the sessions it ends, as both ends negotiate them", () => {
    const of = (plan: LabPlan, name: string): number => {
      const session = plan.sessions.find((each) => each.name === name);
      return session === undefined ? NaN : holdTime(plan, session.a, session.b);
    };
    expect([
      of(bgp, "leaf1-spine1"),
      of(bgp, "k8s-node-l1-2-leaf1"),
      of(reflectors, "k8s-node-l1-1-k8s-node-l1-2"),
      of(withCalico({ hold: 30 }), "k8s-node-l1-2-leaf1"),
      of(withCalico({ hold: 30, discovery: "range" }), "k8s-node-l1-2-leaf1"),
      of(withCalico({ hold: 300 }), "k8s-node-l1-2-leaf1"),
    ]).toEqual([9, 9, 240, 30, 30, 240]);
  });

  test("counts what BIRD keeps of a leaf that is gone, unless the node is dead; the longest session decides", () => {
    expect([
      seconds(bgp, "leaf1-spine1"),
      seconds(bgp, "k8s-node-l1-2-leaf1"),
      seconds(bgp, "k8s-node-l1-2-leaf1", ["k8s-node-l1-2"]),
      seconds(reflectors, "k8s-node-l1-1-k8s-node-l1-2"),
    ]).toEqual([69, 189, 69, 300]);
    expect([patience(reflectors, reflectors.sessions, []), patience(bgp, [], [])]).toEqual([300_000, 60_000]);
  });
});

describe("what a lab should show while its cluster changes", () => {
  const local = "10.80.0.15/32";
  const blocks = nominalBlocks(bgp);
  const facts = (...nodes: string[]) => ({
    blocks,
    announced: Object.fromEntries(nodesOf(bgp).map(({ name }) => [name, nodes.includes(name) ? [local] : []])),
  });
  const sources = (of: Expected): readonly string[] =>
    of.now.prediction
      .fib("leaf1")
      .filter((each) => each.prefix === local)
      .flatMap((each) => each.nextHops.map((hop) => hop.machine ?? ""));

  test("a service that moves is expected where it is now", () => {
    const expected = new Expected(bgp, facts("k8s-node-l1-1"), { links: [], machines: [] });
    expect(sources(expected)).toEqual(["k8s-node-l1-1"]);
    expected.learn(facts("k8s-node-l1-2"));
    expect(sources(expected)).toEqual(["k8s-node-l1-2"]);
  });

  test("the same facts change nothing", () => {
    const expected = new Expected(bgp, facts("k8s-node-l1-1"), { links: [], machines: [] });
    const { now } = expected;
    expected.learn(facts("k8s-node-l1-1"));
    expect(expected.now).toBe(now);
  });

  test("nodes that the API server can't reach go on announcing what they last heard, the others follow it", () => {
    const apart = new Expected(bgp, facts("k8s-node-l1-1", "k8s-node-l2-1"), {
      links: ["leaf2-spine1", "leaf2-spine2"],
      machines: [],
    });
    apart.learn(facts("k8s-node-l1-2"));
    expect(
      Object.entries(apart.now.options.announced ?? {})
        .filter(([, prefixes]) => prefixes.length > 0)
        .map(([name]) => name)
        .sort(),
    ).toEqual(["k8s-node-l1-2", "k8s-node-l2-1"]);
    const headless = new Expected(bgp, facts("k8s-node-l1-1"), { links: [], machines: [bgp.cluster.controlPlane] });
    headless.learn(facts("k8s-node-l1-2"));
    expect(sources(headless)).toEqual(["k8s-node-l1-1"]);
  });
});

test("a drill's text names the machines that came last, and pods that no flow was sent from", () => {
  const loss = { sent: 10, lost: 0, flowsHit: 0, flows: 2, spanMs: 0, longestGapMs: 0 };
  const result: DrillResult = {
    lab: "l",
    kind: "node-down",
    action: "node-down n1",
    how: "h",
    started: "",
    bfd: "off",
    detected: [],
    cutOff: [],
    resolutionMs: 100,
    left: [],
    failure: {
      loss,
      routing: { asPredicted: true, afterMs: 128_900, last: ["n2"], sessions: 1, routes: 2, differences: [] },
    },
    restored: {
      loss,
      routing: {
        asPredicted: false,
        afterMs: null,
        last: ["leaf1"],
        sessions: 1,
        routes: 2,
        differences: ["leaf1 route x: expected none, seen one"],
      },
    },
    probe: { lab: "l", started: "", seconds: 1, sent: 10, lost: 0, longestGapMs: 0, podsMissing: 1, flows: [] },
  };
  const text = drillText(result, "s", false);
  expect(
    drillText({ ...result, failure: { ...result.failure, loss: { ...loss, sent: 0, flows: 0 } } }, "s", false),
  ).toMatch(/lost packets +│ no flow can arrive without it/);
  expect(text).toContain("yes, after 128.90 s (last: n2): 1 session ends");
  expect(text).toMatch(/whole again +│ no: 1 differences/);
  expect(text).toContain("1 of the workload's pods was not ready when it began: nothing is sent from or to it.");
});
