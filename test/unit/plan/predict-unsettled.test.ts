import { readSpec } from "../../../lab-spec";
import { allocate, planOf as planOfAllocation, type LabPlan } from "../../../plan";
import { predictLab, type LabPrediction } from "../../../plan/prediction";
import { predictionView } from "../../../report/predict/view";
import { predictionText } from "../../../report/predict/text";
import { sessionRows } from "../../../verify/checks/sessions";
import { neighborsOf } from "../../../verify/expected";

const SERVERS = [
  { name: "n1", leaf: "leaf1", role: "control-plane" },
  { name: "n2", leaf: "leaf2" },
];

/** A lab that rules may refuse: it is predicted all the same. */
function planOf(value: unknown): LabPlan {
  const { spec, problems } = readSpec(value);
  if (spec === null) throw new Error(problems.map((each) => `${each.path}: ${each.message}`).join("; "));
  return planOfAllocation(allocate(spec));
}

/**
 * Two leaves of one AS with a session over spine1, whose aggregate leads leaf1 to leaf2's gateway. Over the session alone leaf1 hears of a prefix within an aggregate
 * of its own, which covers that gateway: the aggregate is made, what it covers is discarded, and the session ends. Then the aggregate goes, and the session comes up.
 */
const SELF_DEFEATING = planOf({
  name: "self-defeating",
  fabric: {
    spines: [{ name: "spine1", networks: ["172.16.0.0/31"], aggregates: [{ prefix: "10.0.0.0/16" }] }],
    leaves: [
      {
        name: "leaf1",
        as: 65100,
        aggregates: [{ prefix: "10.0.102.0/25" }],
        neighbors: [{ address: "10.0.102.1", remoteAs: 65100, multihop: 4 }],
      },
      {
        name: "leaf2",
        as: 65100,
        networks: ["10.0.102.64/26"],
        neighbors: [{ address: "172.16.0.1", remoteAs: 65100, multihop: 4 }],
      },
    ],
  },
  nodes: SERVERS,
});

/**
 * Two leaves that name each other on their links to spine1, where only the leaves announce these links. The session comes up over the spines. Then each
 * leaf hears of the other's link from the session itself, on a shorter AS path, and prefers it: the next hop is then reached by the route that it belongs to, and
 * FRR gives that up and takes it back for ever. The session stays up meanwhile (live FRR 8.4: `npm run predict:live`).
 */
const RESTLESS = planOf({
  name: "restless",
  fabric: {
    spines: 2,
    leaves: [
      {
        name: "leaf1",
        networks: ["172.16.0.0/31"],
        neighbors: [{ address: "172.16.0.3", remoteAs: 65102, multihop: 4 }],
      },
      {
        name: "leaf2",
        networks: ["172.16.0.2/31"],
        neighbors: [{ address: "172.16.0.1", remoteAs: 65101, multihop: 4 }],
      },
    ],
  },
  nodes: SERVERS,
});

describe("next hops reached by a route of their own session", () => {
  const prediction = predictLab(RESTLESS);

  test("leave the session up, and its routes unsettled", () => {
    expect(prediction.sessions.map(({ state }) => state)).toEqual(Array(5).fill("ESTABLISHED"));
    expect(prediction.unsettledSessions).toEqual([]);
    expect(prediction.unsettled).toEqual([
      "10.0.101.0/24",
      "10.0.102.0/24",
      "172.16.0.0/31",
      "172.16.0.2/31",
      "172.16.255.101/32",
      "172.16.255.102/32",
    ]);
  });

  test("tables hold what may be there, and call none of it certain", () => {
    const paths = prediction.rib("leaf1").find(({ prefix }) => prefix === "10.0.102.0/24")?.paths ?? [];
    expect(paths.map(({ from, valid, present, best }) => [from, valid, present, best])).toEqual([
      ["spine1", true, "always", "sometimes"],
      ["leaf2", true, "sometimes", "sometimes"],
      ["leaf2", false, "sometimes", "never"],
      ["spine2", true, "always", "sometimes"],
    ]);
    expect(prediction.fib("leaf1").find(({ prefix }) => prefix === "10.0.102.0/24")?.certain).toBe(false);
  });
});

describe("a session that ends by the routes that it brings", () => {
  const prediction = predictLab(SELF_DEFEATING);

  test("is unsettled, and named once", () => {
    expect(prediction.sessions.map(({ name, state }) => [name, state])).toEqual([
      ["leaf1-spine1", "ESTABLISHED"],
      ["leaf2-spine1", "ESTABLISHED"],
      ["leaf1 > 10.0.102.1", "UNSETTLED"],
    ]);
    expect(prediction.unsettledSessions).toEqual(["leaf1 > 10.0.102.1"]);
    expect(prediction.sessions.at(-1)?.reason).toMatch(/^up at some times, down at others, when leaf1 /);
  });

  test("takes all prefixes that it brings along, and no other", () => {
    const brought = prediction.received
      .filter(({ session }) => session === "leaf1 > 10.0.102.1")
      .flatMap(({ always, sometimes }) => [...always, ...sometimes]);
    expect(brought.length).toBeGreaterThan(0);
    expect(prediction.unsettled).toEqual(expect.arrayContaining(brought));
    expect(prediction.unsettled).toContain("10.0.102.0/24");
    expect(prediction.inexact.filter((prefix) => prediction.unsettled.includes(prefix))).toEqual([]);
  });

  test("is said to be so in text and JSON", () => {
    const view = predictionView(SELF_DEFEATING, [], {
      session: true,
      rib: false,
      fib: false,
      path: null,
      router: null,
      broken: { links: [], machines: [] },
      diff: false,
    });
    expect(view.unsettledSessions).toEqual(["leaf1 > 10.0.102.1"]);
    expect(view.unsettled).toEqual(prediction.unsettled);
    const text = predictionText(view, false);
    expect(text).toContain("These sessions are up at some times and down at others: leaf1 > 10.0.102.1.");
    expect(text).toContain("UNSETTLED");
  });

  test.each(["Established", "Active"])(
    "verify takes it for right when it is %s, with the right AS number alone",
    (state) => {
      const leaf1 = SELF_DEFEATING.switches.find(({ name }) => name === "leaf1")!;
      const rows = (remoteAs: number): boolean[] =>
        sessionRows(leaf1, neighborsOf("leaf1", prediction.sessions), {
          as: leaf1.as,
          routerId: leaf1.routerId,
          ribEntries: 0,
          peers: [
            { address: "172.16.0.0", remoteAs: 65001, state: "Established", received: 0 },
            { address: "10.0.102.1", remoteAs, state, received: 0 },
          ],
        }).map(({ ok }) => ok);
      expect(rows(65100).every((ok) => ok)).toBe(true);
      expect(rows(65199).every((ok) => ok)).toBe(false);
    },
  );
});

describe("a limit of prefixes", () => {
  /** leaf1 gets 4 or 5 prefixes of its spine: the service range, which both racks announce, comes back where the spine prefers the other rack's. */
  const plan = planOf({
    name: "limited",
    fabric: { spines: 1, leaves: 2 },
    nodes: SERVERS,
    calico: { mode: "bgp" },
  });
  const SESSION = "leaf1-spine1";
  const limited = (maximumPrefix: number | null): LabPrediction =>
    predictLab({
      ...plan,
      switches: plan.switches.map((each) => ({
        ...each,
        neighbors: each.neighbors.map((to) =>
          each.name === "leaf1" && to.machine === "spine1" ? { ...to, maximumPrefix } : to,
        ),
      })),
    });

  test("is passed by what timing decides", () => {
    expect(limited(null).received.find(({ session, to }) => session === SESSION && to === "leaf1")?.counts).toEqual([
      4, 5,
    ]);
  });

  test.each([
    [4, "ESTABLISHED", "", 0],
    [
      3,
      "UNSETTLED",
      "up at some times, down at others, when spine1 sends 4 to 5 prefixes, leaf1 takes 4 (maximum-prefix 3, which FRR looks at one late)",
      8,
    ],
    [2, "NOT_ESTABLISHED", "spine1 sends 5 prefixes, leaf1 takes 3 (maximum-prefix 2, which FRR looks at one late)", 0],
  ])("of %i: the session is %s", (limit, state, reason, unsettled) => {
    const prediction = limited(limit);
    expect(prediction.sessions.find(({ name }) => name === SESSION)).toMatchObject({ state, reason });
    expect(prediction.unsettled).toHaveLength(unsettled);
    expect(prediction.unsettledSessions).toEqual(state === "UNSETTLED" ? [SESSION] : []);
  });

  test("that may be passed leaves every route over the session uncertain", () => {
    const prediction = limited(3);
    const [path] = prediction.rib("leaf1").find(({ prefix }) => prefix === "10.0.102.0/24")?.paths ?? [];
    expect(path).toMatchObject({ from: "spine1", present: "sometimes", best: "sometimes" });
    expect(prediction.fib("leaf1").find(({ prefix }) => prefix === "10.0.102.0/24")?.certain).toBe(false);
    expect(prediction.unsettled).toContain("10.0.102.0/24");
  });
});
