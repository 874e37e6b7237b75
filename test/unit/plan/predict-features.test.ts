import { allocate, planOf, type LabPlan } from "../../../plan";
import { predictLab, type LabPrediction, type RibPath } from "../../../plan/prediction";
import { readSpec } from "../../../lab-spec";

const SERVERS = [
  { name: "n1", leaf: "leaf1", index: 1, role: "control-plane" },
  { name: "n2", leaf: "leaf2", index: 1 },
];

function lab(fabric: Record<string, unknown>, more: Record<string, unknown> = {}): LabPlan {
  const { spec, problems } = readSpec({
    name: "lab",
    fabric: { spines: 2, leaves: 2, ...fabric },
    nodes: SERVERS,
    ...more,
  });
  if (spec === null) throw new Error(problems.map((each) => `${each.path}: ${each.message}`).join("; "));
  return planOf(allocate(spec));
}

const switches = (role: string, count: number, more: (i: number) => Record<string, unknown>): unknown[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${role}${i + 1}`, ...more(i + 1) }));
const internal = (reflect: boolean, bgp: Record<string, unknown> = {}): Record<string, unknown> => ({
  spines: switches("spine", 2, () => ({ as: 65000, bgp: { routeReflector: reflect } })),
  leaves: switches("leaf", 2, () => ({ as: 65000 })),
  bgp,
});

const paths = (of: LabPrediction, at: string, prefix: string): readonly RibPath[] =>
  of.rib(at).find((each) => each.prefix === prefix)?.paths ?? [];
const state = (of: LabPrediction, name: string): [string, string] | undefined => {
  const found = of.sessions.find((each) => each.name === name);
  return found === undefined ? undefined : [found.state, found.reason];
};
const gateways = (of: LabPrediction, at: string, prefix: string): readonly (string | null)[] | undefined =>
  of
    .fib(at)
    .find((each) => each.prefix === prefix)
    ?.nextHops.map((each) => each.machine);

describe("iBGP", () => {
  test("without reflectors a leaf's routes end at the spines", () => {
    const of = predictLab(lab(internal(false)));
    expect(paths(of, "spine1", "10.0.101.0/24").map((path) => path.type)).toEqual(["ibgp"]);
    expect(paths(of, "leaf2", "10.0.101.0/24")).toEqual([]);
  });

  test("a reflector passes a client's route on with originator and cluster, and its next hop out of reach", () => {
    const [path] = paths(predictLab(lab(internal(true))), "leaf2", "10.0.101.0/24");
    expect(path).toMatchObject({
      from: "spine1",
      nextHop: "172.16.0.1",
      asPath: [],
      localPref: 100,
      originator: "172.16.255.101",
      clusters: ["172.16.255.1"],
      valid: false,
      best: "never",
    });
  });

  test("with next-hop-self the route is used, over both reflectors, the lower router ID's being best only among equals of one originator", () => {
    const of = predictLab(lab(internal(true, { nextHopSelf: true })));
    expect(
      paths(of, "leaf2", "10.0.101.0/24").map((path) => [path.nextHop, path.valid, path.best, path.multipath]),
    ).toEqual([
      ["172.16.0.2", true, "always", "always"],
      ["172.16.0.6", true, "never", "always"],
    ]);
    expect(gateways(of, "leaf2", "10.0.101.0/24")).toEqual(["spine1", "spine2"]);
  });
});

describe("a drained switch", () => {
  // What FRR 8.4 shows of a lab with `bgp graceful-shutdown` on spine1.
  const of = predictLab(lab({ spines: [{ name: "spine1", drain: true }, "spine2"] }));

  test("keeps its sessions, and is the last choice of its neighbors", () => {
    expect(of.sessions.map((each) => each.state)).toEqual(of.sessions.map(() => "ESTABLISHED"));
    expect(
      paths(of, "leaf1", "10.0.102.0/24").map((path) => [path.from, path.localPref, path.best, path.multipath]),
    ).toEqual([
      ["spine1", 0, "never", "never"],
      ["spine2", 100, "always", "always"],
    ]);
    expect(gateways(of, "leaf1", "10.0.102.0/24")).toEqual(["spine2"]);
    expect(gateways(of, "leaf2", "10.0.101.0/24")).toEqual(["spine2"]);
  });

  test("is reached all the same, and its mark travels with its own routes", () => {
    expect(gateways(of, "leaf1", "172.16.255.1/32")).toEqual(["spine1"]);
    expect(paths(of, "spine2", "172.16.255.1/32").map((path) => [path.asPath, path.localPref])).toEqual([
      [[65101, 65001], 0],
      [[65102, 65001], 0],
    ]);
    expect(gateways(of, "spine2", "172.16.255.1/32")).toEqual(["leaf1", "leaf2"]);
  });

  test("gives all it receives the same low preference: its own forwarding stays", () => {
    expect(
      paths(of, "spine1", "10.0.102.0/24").map((path) => [path.from, path.asPath, path.localPref, path.best]),
    ).toEqual([
      ["leaf1", [65101, 65002, 65102], 0, "never"],
      ["leaf2", [65102], 0, "always"],
    ]);
    expect(gateways(of, "spine1", "10.0.102.0/24")).toEqual(["leaf2"]);
  });

  test("within an AS it sends the lowest preference", () => {
    const inside = predictLab(
      lab({
        ...internal(true, { nextHopSelf: true }),
        spines: switches("spine", 2, (i) => ({ as: 65000, bgp: { routeReflector: true }, drain: i === 1 })),
      }),
    );
    expect(paths(inside, "leaf2", "10.0.101.0/24").map((path) => [path.from, path.localPref, path.best])).toEqual([
      ["spine1", 0, "never"],
      ["spine2", 100, "always"],
    ]);
  });
});

describe("AS paths", () => {
  const shared = (bgp: Record<string, unknown>): Record<string, unknown> => ({
    leaves: switches("leaf", 2, () => ({ as: 65100 })),
    bgp,
  });

  test("leaves of one AS number don't hear of each other", () => {
    expect(paths(predictLab(lab(shared({}))), "leaf2", "10.0.101.0/24")).toEqual([]);
  });

  test("allowas-in lets them", () => {
    expect(
      paths(predictLab(lab(shared({ allowasIn: 1 }))), "leaf2", "10.0.101.0/24").map((path) => path.asPath),
    ).toEqual([
      [65001, 65100],
      [65002, 65100],
    ]);
  });

  test("as-override makes the spine's number of theirs", () => {
    expect(
      paths(predictLab(lab(shared({ asOverride: true }))), "leaf2", "10.0.101.0/24").map((path) => path.asPath),
    ).toContainEqual([65001, 65001]);
  });

  test("without multipath-relax, equal paths through other AS numbers are not used together", () => {
    const of = predictLab(lab({ bgp: { multipathRelax: false } }));
    expect(paths(of, "leaf2", "10.0.101.0/24").map((path) => path.multipath)).toEqual(["sometimes", "sometimes"]);
    expect(of.fib("leaf2").find((each) => each.prefix === "10.0.101.0/24")?.certain).toBe(false);
  });
});

describe("aggregates", () => {
  const spines = switches("spine", 2, (i) =>
    i === 1 ? { aggregates: [{ prefix: "10.0.96.0/20", summaryOnly: true }] } : {},
  );

  test("summary-only: one spine announces the aggregate alone, the other what it covers", () => {
    const of = predictLab(lab({ spines }));
    expect(
      paths(of, "leaf2", "10.0.96.0/20")
        .filter((path) => path.best === "always")
        .map((path) => [path.from, path.asPath]),
    ).toEqual([["spine1", [65001]]]);
    expect(paths(of, "leaf2", "10.0.101.0/24").map((path) => path.from)).toEqual(["spine2"]);
    expect(of.fib("spine1").find((each) => each.prefix === "10.0.96.0/20")?.kind).toBe("blackhole");
  });

  test("nothing to cover, no aggregate", () => {
    const none = switches("spine", 2, (i) =>
      i === 1 ? { aggregates: [{ prefix: "10.9.0.0/16", summaryOnly: false }] } : {},
    );
    expect(paths(predictLab(lab({ spines: none })), "spine1", "10.9.0.0/16")).toEqual([]);
  });
});

describe("sessions", () => {
  const neighbors = (...list: unknown[]): Record<string, unknown> => ({
    leaves: switches("leaf", 2, (i) => (i === 1 ? { neighbors: list } : {})),
  });
  const of = (...list: unknown[]): LabPrediction => predictLab(lab(neighbors(...list)));

  test.each([
    ["nobody has the address", { address: "10.0.101.99", remoteAs: 65000 }, "leaf1 > 10.0.101.99", "UNKNOWN_REMOTE"],
    [
      "the neighbor has no statement back",
      { address: "172.16.255.2", remoteAs: 65002, multihop: 2 },
      "leaf1 > 172.16.255.2",
      "HALF_OPEN",
    ],
    [
      "the neighbor is on no connected subnet",
      { address: "172.16.255.2", remoteAs: 65002 },
      "leaf1 > 172.16.255.2",
      "NO_LOCAL_IP",
    ],
    ["the address is its own", { address: "10.0.101.1", remoteAs: 65002 }, "leaf1 > 10.0.101.1", "INVALID_LOCAL_IP"],
    ["the neighbor has no AS number", { address: "172.16.0.0", remoteAs: 0 }, "leaf1-spine1", "NO_REMOTE_AS"],
    ["the neighbor has another AS number", { address: "172.16.0.0", remoteAs: 64999 }, "leaf1-spine1", "HALF_OPEN"],
  ])("%s", (_, neighbor, name, expected) => {
    const found = state(of(neighbor), name);
    expect(found?.[0]).toBe(expected);
    expect(found?.[1]).not.toBe("");
  });

  test("of two statements with one address the last counts", () => {
    const [wrong, right] = [
      { address: "172.16.0.0", remoteAs: 64999 },
      { address: "172.16.0.0", remoteAs: 65001 },
    ];
    expect([of(wrong, right), of(right, wrong)].map((each) => state(each, "leaf1-spine1")?.[0])).toEqual([
      "ESTABLISHED",
      "HALF_OPEN",
    ]);
  });

  const both = (
    one: Record<string, unknown>,
    two: Record<string, unknown>,
    more: Record<string, unknown> = {},
  ): LabPrediction =>
    predictLab(lab({ leaves: switches("leaf", 2, (i) => ({ neighbors: [i === 1 ? one : two] })), ...more }));

  test("between loopbacks there is none: packets come from the links, whose addresses the other end doesn't know", () => {
    const found = both(
      { address: "172.16.255.102", remoteAs: 65102, multihop: 2 },
      { address: "172.16.255.101", remoteAs: 65101, multihop: 2 },
    );
    expect(state(found, "leaf1 > 172.16.255.102")).toEqual([
      "HALF_OPEN",
      "leaf1 speaks to 172.16.255.102 from 172.16.0.1 or 172.16.0.5, leaf2 has the neighbor 172.16.255.101 (no update-source)",
    ]);
    expect(state(found, "leaf2 > 172.16.255.101")?.[0]).toBe("HALF_OPEN");
    expect(paths(found, "leaf1", "10.0.102.0/24").map((path) => path.from)).toEqual(["spine1", "spine2"]);
  });

  const apart = switches("spine", 2, (i) => ({ networks: [i === 1 ? "172.16.0.2/31" : "172.16.0.4/31"] }));
  const names = [
    { address: "172.16.0.3", remoteAs: 65102, multihop: 4 },
    { address: "172.16.0.5", remoteAs: 65101, multihop: 4 },
  ] as const;

  test("its routes are used beside those of a spine if one of its own is best: timing decides", () => {
    const prefix = "10.250.0.0/24";
    const spines = switches("spine", 2, (i) => ({ networks: i === 1 ? ["172.16.0.0/31", "172.16.0.2/31"] : [prefix] }));
    const leaves = switches("leaf", 2, (i) =>
      i === 1
        ? { neighbors: [{ address: "172.16.0.3", remoteAs: 65102, multihop: 2 }] }
        : { neighbors: [{ address: "172.16.0.1", remoteAs: 65101, multihop: 2 }], networks: [prefix] },
    );
    const found = predictLab(lab({ spines, leaves }));
    expect(
      paths(found, "leaf1", prefix)
        .filter((path) => path.best !== "never")
        .map((path) => [path.from, path.best, path.multipath]),
    ).toEqual([
      ["leaf2", "sometimes", "always"],
      ["spine2", "sometimes", "always"],
    ]);
    expect(found.fib("leaf1").find((each) => each.prefix === prefix)).toMatchObject({
      certain: false,
      nextHops: [{ machine: "spine1" }, { machine: "spine2" }],
    });
  });

  test("named on another link than the one packets leave by, there is none", () => {
    expect(state(both(...names, { spines: apart }), "leaf1 > 172.16.0.3")).toEqual([
      "HALF_OPEN",
      "leaf1 speaks to 172.16.0.3 from 172.16.0.1, leaf2 has the neighbor 172.16.0.5 (no update-source)",
    ]);
  });

  test("over a spine that announces the links, two leaves that name each other there have one, and reach each other by it", () => {
    const spines = switches("spine", 2, (i) => (i === 1 ? { networks: ["172.16.0.0/31", "172.16.0.2/31"] } : {}));
    const found = both(
      { address: "172.16.0.3", remoteAs: 65102, multihop: 2 },
      { address: "172.16.0.1", remoteAs: 65101, multihop: 2 },
      { spines },
    );
    expect(state(found, "leaf1 > 172.16.0.3")).toEqual(["ESTABLISHED", ""]);
    expect(
      paths(found, "leaf1", "10.0.102.0/24")
        .filter((path) => path.best === "always")
        .map((path) => [path.from, path.asPath, path.nextHop]),
    ).toEqual([["leaf2", [65102], "172.16.0.3"]]);
    expect(gateways(found, "leaf1", "10.0.102.0/24")).toEqual(["spine1"]);
  });

  test("one that is down takes its routes along", () => {
    expect(
      paths(of({ address: "172.16.0.0", remoteAs: 64999 }), "leaf1", "10.0.102.0/24").map((path) => path.from),
    ).toEqual(["spine2"]);
  });
});

describe("broken labs", () => {
  test("without a link, its session is down and traffic takes the other spine", () => {
    const of = predictLab(lab({}), { broken: { links: ["leaf1-spine1"], machines: [] } });
    expect(state(of, "leaf1-spine1")).toEqual(["NOT_ESTABLISHED", "spine1 swp1 has no carrier"]);
    expect(gateways(of, "leaf2", "10.0.101.0/24")).toEqual(["spine2"]);
    expect(of.fib("leaf1").some((each) => each.prefix === "172.16.0.0/31")).toBe(false);
  });

  test("without its last server, a leaf's bridge has no carrier and its subnet is announced no more", () => {
    const of = predictLab(lab({}), { broken: { links: ["n2-leaf2"], machines: [] } });
    expect(gateways(of, "leaf1", "10.0.102.0/24")).toBeUndefined();
    expect(of.fib("n2")).toEqual([]);
  });

  test("without a spine, nothing of it is left", () => {
    const of = predictLab(lab({}), { broken: { links: [], machines: ["spine2"] } });
    expect(of.speakers).toEqual(["spine1", "leaf1", "leaf2"]);
    expect(paths(of, "leaf1", "172.16.255.2/32")).toEqual([]);
    expect(of.fib("spine2")).toEqual([]);
  });
});

describe("Calico's nodes", () => {
  const bgp = (more: Record<string, unknown> = {}): LabPlan => lab({}, { calico: { mode: "bgp", bgp: more } });
  const nodes = ["n1", "n2"];

  test("blocks stand in until the cluster has handed out its own", () => {
    const of = predictLab(bgp());
    expect(of.blocks).toBe("nominal");
    expect(nodes.map((name) => of.blocksOf[name]?.length)).toEqual([1, 1]);
    expect(predictLab(bgp(), { blocks: { n1: ["10.244.77.0/26"] } }).blocks).toBe("given");
  });

  test("a node reaches a block in another rack through its leaf, with the AS path the leaf rewrote", () => {
    const plan = bgp();
    const of = predictLab(plan);
    const block = of.blocksOf.n2![0]!;
    expect(paths(of, "n1", block).map((path) => path.asPath)).toEqual([
      [65101, 65001, 65102, 65101],
      [65101, 65002, 65102, 65101],
    ]);
    expect(gateways(of, "n1", block)).toEqual(["leaf1"]);
    expect(of.sessions.every((each) => each.state === "ESTABLISHED")).toBe(true);
  });

  test("without as-override and allowas-in, nodes of one AS number drop each other's blocks", () => {
    const of = predictLab(bgp({ acrossRacks: "none" }));
    expect(paths(of, "n1", of.blocksOf.n2![0]!)).toEqual([]);
  });

  test("a leaf that listens to a range has a session with each node", () => {
    const of = predictLab(bgp({ discovery: "range" }));
    expect(
      of.sessions.filter((each) => each.b.machine === "leaf1" && each.a.machine === "n1").map((each) => each.state),
    ).toEqual(["ESTABLISHED"]);
  });

  test.each([
    [1, "ESTABLISHED", ""],
    [2, "NOT_ESTABLISHED", "n1 sends 3 prefixes, leaf1 takes 2 (maximum-prefix 1, which FRR looks at one late)"],
  ])("%i block and the service range at a limit of 1: %s", (count, expected, reason) => {
    const blocks = ["10.64.0.0/26", "10.64.0.64/26"].slice(0, count);
    const of = predictLab(bgp({ maximumPrefix: 1 }), { blocks: { n1: blocks } });
    expect(state(of, "n1-leaf1")).toEqual([expected, reason]);
    expect(paths(of, "leaf1", "10.64.0.0/26").some((path) => path.from === "n1")).toBe(expected === "ESTABLISHED");
  });

  test("in a mesh, nodes of one AS number have each other's blocks, and across racks no way to the next hop: their own leaf's route to it is BGP's too", () => {
    const of = predictLab(bgp({ mesh: true, acrossRacks: "none" }));
    const block = of.blocksOf.n2![0]!;
    expect(paths(of, "n1", block).map((path) => [path.from, path.type, path.valid])).toEqual([["n2", "ibgp", false]]);
    expect(of.fib("n1").find((each) => each.prefix === block)?.kind).toBe("unreachable");
  });
});

test("a load balancer announces its virtual addresses to the nodes, and hears of their blocks", () => {
  const of = predictLab(
    lab({}, { calico: { mode: "bgp" }, netscaler: { name: "ns1", leaf: "leaf1", vips: ["10.9.0.1"] } }),
  );
  expect(paths(of, "n1", "10.9.0.1/32").map((path) => path.asPath)).toEqual([[500]]);
  expect(paths(of, "ns1", of.blocksOf.n1![0]!).map((path) => path.from)).toContain("n1");
  expect(state(of, "n2-ns1")?.[0]).toBe("ESTABLISHED");
});
