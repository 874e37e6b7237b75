import { predictLab } from "../../../plan/prediction";
import { blocksFor, endpointsOf, isSource, tracerOf } from "../../../plan/paths";
import { switchFiles } from "../../../plan/render";
import { judgeSpec } from "../../../plan";
import { planOf, refusedPlan } from "./labs";

type Spec = Record<string, unknown>;
const lab = (fabric: unknown, more: Spec = {}): Spec => ({
  name: "kinds",
  management: { subnet: "192.168.217.0/24" },
  fabric,
  nodes: [
    { name: "cp1", leaf: "leaf1", role: "control-plane" },
    { name: "n1", leaf: "leaf1" },
  ],
  ...more,
});

describe("aggregates of one switch", () => {
  const received = (aggregates: unknown[], networks: string[]): readonly string[] => {
    const plan = planOf(lab({ spines: [{ name: "spine1", networks, aggregates }], leaves: ["leaf1"] }));
    return predictLab(plan)
      .received.filter(({ to }) => to === "leaf1")
      .flatMap(({ always }) => always)
      .filter((prefix) => prefix.startsWith("10.200."));
  };
  const outer = { prefix: "10.200.0.0/16", summaryOnly: true };

  test("one within another that is summary-only is announced: FRR suppresses no aggregate of its own", () => {
    expect(received([outer, { prefix: "10.200.0.0/22" }], ["10.200.1.0/24"])).toEqual([
      "10.200.0.0/16",
      "10.200.0.0/22",
    ]);
  });

  test("three levels are all announced, and no network that they cover", () => {
    const middle = { prefix: "10.200.0.0/20", summaryOnly: true };
    expect(received([outer, middle, { prefix: "10.200.0.0/22" }], ["10.200.1.0/24"])).toEqual([
      "10.200.0.0/16",
      "10.200.0.0/20",
      "10.200.0.0/22",
    ]);
  });

  test("a prefix that is network and aggregate is one own path", () => {
    const plan = planOf(
      lab({
        spines: [
          { name: "spine1", networks: ["10.200.0.0/22", "10.200.1.0/24"], aggregates: [{ prefix: "10.200.0.0/22" }] },
        ],
        leaves: ["leaf1"],
      }),
    );
    const entry = predictLab(plan)
      .rib("spine1")
      .find(({ prefix }) => prefix === "10.200.0.0/22");
    expect(entry?.paths.map(({ type }) => type)).toEqual(["own"]);
  });
});

test("pods with addresses of the service range are predicted: packets to services end, and nothing goes round for ever", () => {
  const plan = refusedPlan(
    lab({ spines: 1, leaves: 1 }, { kubernetes: { podCidr: "10.96.0.0/12", serviceCidr: "10.96.0.0/12" } }),
  );
  const prediction = predictLab(plan);
  const ends = endpointsOf(plan, blocksFor(plan, prediction));
  const tracer = tracerOf(plan, prediction);
  const reasons = ends
    .filter(isSource)
    .flatMap((from) => ends.map((to) => tracer.trace(from, to)))
    .flatMap(({ drops }) => drops.map(({ reason }) => reason));
  expect(reasons.filter((reason) => reason.includes("have addresses of the service range 10.96.0.0/12"))).not.toEqual(
    [],
  );
});

test("a leaf that listens for more than 100 nodes is told of how many", () => {
  const nodes = (count: number): unknown[] =>
    Array.from({ length: count }, (_, i) => ({
      name: `n${i + 1}`,
      leaf: "leaf1",
      port: i + 1,
      ...(i === 0 ? { role: "control-plane" } : {}),
    }));
  const frr = (count: number): string =>
    switchFiles(
      planOf(
        lab(
          { spines: 1, leaves: 1, links: { firstUplinkPort: 500 } },
          { nodes: nodes(count), calico: { mode: "bgp", bgp: { discovery: "range" } } },
        ),
      ),
      "leaf1",
    )["/etc/frr/frr.conf"]!;
  expect(frr(102)).toContain("\n bgp listen limit 102\n");
  expect(frr(100)).not.toContain("listen limit");
});

describe("sessions over more than one link, where a default route leads", () => {
  const leaves = [
    { name: "leaf1", neighbors: [{ address: "172.16.0.3", remoteAs: 65102, multihop: 3 }] },
    { name: "leaf2", neighbors: [{ address: "172.16.0.1", remoteAs: 65101, multihop: 3 }] },
  ];
  const session = (spine: Spec): unknown =>
    predictLab(planOf(lab({ spines: [{ name: "spine1", ...spine }], leaves }))).sessions.find(
      ({ name }) => name === "leaf1 > 172.16.0.3",
    );

  test("one end with a route calls, and the other answers by the default", () => {
    expect(session({ networks: ["0.0.0.0/0", "172.16.0.0/31"] })).toMatchObject({ state: "ESTABLISHED" });
    expect(session({ networks: ["172.16.0.0/31"], aggregates: [{ prefix: "0.0.0.0/0" }] })).toMatchObject({
      state: "ESTABLISHED",
    });
  });

  test("neither end calls by a default alone: FRR counts it for no route", () => {
    expect(session({ networks: ["0.0.0.0/0"] })).toMatchObject({
      state: "NOT_ESTABLISHED",
      reason: "leaf1 and leaf2 have nothing but a default route to each other, and so neither calls",
    });
  });

  test("an end without any route is named", () => {
    expect(session({})).toMatchObject({ state: "NOT_ESTABLISHED", reason: "leaf1 has no route to 172.16.0.3" });
  });
});

describe("nodes that speak BGP", () => {
  const twoRacks = (fabric: Spec, bgp: Spec): ReturnType<typeof planOf> =>
    refusedPlan({
      name: "kinds",
      management: { subnet: "192.168.217.0/24" },
      fabric: { spines: 1, leaves: 2, ...fabric },
      nodes: [
        { name: "cp1", leaf: "leaf1", role: "control-plane", index: 1 },
        { name: "n1", leaf: "leaf2", index: 1 },
      ],
      calico: { mode: "bgp", bgp },
    });
  const route = (plan: ReturnType<typeof planOf>, machine: string, to: string): string | undefined =>
    predictLab(plan)
      .fib(machine)
      .find(({ prefix }) => prefix === to)?.kind;

  test("in a mesh find each other by a default route, and no next hop by a default that BGP has brought", () => {
    const plan = twoRacks(
      { spines: [{ name: "spine1", aggregates: [{ prefix: "0.0.0.0/0", summaryOnly: true }] }] },
      { mesh: true },
    );
    const { sessions } = predictLab(plan);
    expect(sessions.map(({ state }) => state)).toEqual(sessions.map(() => "ESTABLISHED"));
    expect(route(plan, "cp1", "10.64.0.64/26")).toBe("unreachable");
    expect(route(plan, "n1", "10.64.0.0/26")).toBe("unreachable");
  });

  test("of other AS numbers in a mesh need one link: Calico writes no multihop for them", () => {
    const session = predictLab(twoRacks({}, { mesh: true, nodeAs: "rack" })).sessions.find(
      ({ name }) => name === "cp1-n1",
    );
    expect(session).toMatchObject({
      state: "NO_LOCAL_IP",
      reason: "10.0.102.101 is on no subnet of cp1, and the neighbor has no multihop",
    });
  });

  test("in their leaf's AS get the spine as next hop, and are cut off where BGP has brought the default as well", () => {
    const inLeafAs = (spine: Spec): ReturnType<typeof planOf> =>
      twoRacks(
        { spines: [{ name: "spine1", ...spine }], leaves: [{ name: "leaf1", as: 65100 }, "leaf2"] },
        { as: 65100 },
      );
    expect(route(inLeafAs({}), "cp1", "10.0.102.0/24")).toBe("bgp");
    expect(route(inLeafAs({ networks: ["0.0.0.0/0"] }), "cp1", "10.0.102.0/24")).toBe("unreachable");
  });
});

test("two switches of one AS with one router ID keep their session down", () => {
  const plan = refusedPlan(
    lab({
      spines: [{ name: "spine1", networks: ["172.16.0.0/31", "172.16.0.2/31"] }],
      leaves: [
        {
          name: "leaf1",
          as: 65100,
          loopback: "172.16.255.9",
          neighbors: [{ address: "172.16.0.3", remoteAs: 65100, multihop: 3 }],
        },
        {
          name: "leaf2",
          as: 65100,
          loopback: "172.16.255.9",
          neighbors: [{ address: "172.16.0.1", remoteAs: 65100, multihop: 3 }],
        },
      ],
    }),
  );
  expect(predictLab(plan).sessions.find(({ name }) => name === "leaf1 > 172.16.0.3")).toMatchObject({
    state: "NOT_ESTABLISHED",
    reason: "leaf1 and leaf2 are of one AS and have one router ID",
  });
});

test("of two aggregates of one prefix the last counts", () => {
  const plan = refusedPlan(
    lab({
      spines: [
        {
          name: "spine1",
          networks: ["10.200.1.0/24"],
          aggregates: [{ prefix: "10.200.0.0/16", summaryOnly: true }, { prefix: "10.200.0.0/16" }],
        },
      ],
      leaves: ["leaf1"],
    }),
  );
  const received = predictLab(plan).received.find(({ to }) => to === "leaf1");
  expect(received?.always).toEqual(expect.arrayContaining(["10.200.0.0/16", "10.200.1.0/24"]));
});

describe("rules of loops", () => {
  const racks = (fabric: Spec, more: Spec = {}): Spec => ({
    ...lab(fabric, more),
    nodes: [
      { name: "cp1", leaf: "leaf1", role: "control-plane" },
      { name: "n1", leaf: "leaf2" },
    ],
  });
  const told = (value: Spec): string[] => {
    const judged = judgeSpec(value, undefined, { failures: false });
    return [...("problems" in judged ? judged.problems : []), ...judged.warnings].map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );
  };
  const sameAs = [
    { name: "leaf1", as: 65100 },
    { name: "leaf2", as: 65100 },
  ];

  test("refuse leaves of one AS number that lose each other", () => {
    expect(told(racks({ spines: 1, leaves: sameAs }))).toEqual(["duplicate-as error"]);
  });

  test("warn of them where a default route of the spines carries everything", () => {
    const spines = [{ name: "spine1", aggregates: [{ prefix: "0.0.0.0/0" }] }];
    expect(told(racks({ spines, leaves: sameAs }))).toEqual(["duplicate-as warning"]);
  });

  test("warn of leaves that speak iBGP with the spines beside leaves that speak eBGP", () => {
    const spines = [{ name: "spine1", as: 65000, bgp: { routeReflector: true, nextHopSelf: true } }];
    expect(told(racks({ spines, leaves: ["leaf1", { name: "leaf2", as: 65000 }] }))).toEqual(["duplicate-as warning"]);
  });

  test("warn of nodes that drop each other's routes: their default routes carry the packets", () => {
    expect(told(racks({ spines: 1, leaves: 2 }, { calico: { mode: "bgp", bgp: { acrossRacks: "none" } } }))).toEqual([
      "rack-loop warning",
    ]);
  });
});

test("a load balancer that peers with its leaf alone has no sessions with nodes", () => {
  const plan = refusedPlan({
    ...lab({ spines: 1, leaves: [{ name: "leaf1", neighbors: [{ address: "10.0.101.50", remoteAs: 64600 }] }] }),
    calico: { mode: "bgp" },
    netscaler: {
      name: "lb1",
      as: 64600,
      leaf: "leaf1",
      address: "10.0.101.50",
      vips: ["10.20.0.1"],
      neighbors: [{ address: "10.0.101.1", remoteAs: 65101 }],
    },
  });
  const sessions = predictLab(plan).sessions.filter(({ name }) => name.includes("lb1") || name.includes("10.0.101.50"));
  expect(sessions.map(({ a, b, state }) => [a.machine, b.machine, state])).toEqual([["leaf1", "lb1", "ESTABLISHED"]]);
});

describe("seen live by seed 303", () => {
  test("an aggregate of one that is there in some outcomes alone is there in some alone, and so is what others learn of it", () => {
    const plan = refusedPlan(
      lab({
        spines: [
          {
            name: "spine1",
            as: 65000,
            bgp: { nextHopSelf: true },
            aggregates: [{ prefix: "10.200.0.0/22", summaryOnly: true }],
          },
        ],
        leaves: [
          {
            name: "leaf1",
            as: 65000,
            networks: ["10.200.1.0/24"],
            aggregates: [{ prefix: "10.200.0.0/22", summaryOnly: true }],
          },
          { name: "leaf2", as: 65000, networks: ["10.200.0.0/24"] },
          { name: "leaf3", as: 65000, aggregates: [{ prefix: "10.200.0.0/20", summaryOnly: true }] },
        ],
      }),
    );
    // Where leaf1's aggregate comes to spine1 first, spine1 makes none, and passes none of leaf1's on within the AS: leaf3 has nothing to aggregate.
    const prediction = predictLab(plan);
    const bestOf = (router: string): (string | undefined)[] =>
      prediction
        .rib(router)
        .filter(({ prefix }) => prefix === "10.200.0.0/20")
        .map(({ paths }) => paths[0]?.best);
    expect([bestOf("leaf3"), bestOf("spine1")]).toEqual([["sometimes"], ["sometimes"]]);
  });

  test("packets end at a switch that announces a default of its own, whatever its neighbors announce", () => {
    const plan = refusedPlan(
      lab(
        {
          spines: [{ name: "spine1", as: 65000, networks: ["0.0.0.0/0"], bgp: { routeReflector: true } }],
          leaves: [
            { name: "leaf1", as: 65000 },
            { name: "leaf2", as: 65000, networks: ["0.0.0.0/0"] },
          ],
        },
        {
          nodes: [
            { name: "cp1", leaf: "leaf1", role: "control-plane" },
            { name: "n1", leaf: "leaf2" },
          ],
          calico: { mode: "bgp", bgp: { mesh: true } },
        },
      ),
    );
    const { sessions } = predictLab(plan);
    expect(
      sessions.filter(({ name }) => name.includes("cp1") && name.includes("n1")).map(({ state }) => state),
    ).toEqual(["NOT_ESTABLISHED"]);
  });

  test("a session is open to chance where a node can use some of the next hops that its leaf may pass on, and not others", () => {
    // Nodes in their leaf's AS get the spines' addresses as next hops. One of them lies in a prefix that BGP brings, and that leads nowhere for a node.
    const plan = refusedPlan(
      lab(
        {
          spines: [
            { name: "spine1", networks: ["172.16.0.0/31"], bgp: { asOverride: true } },
            { name: "spine2", bgp: { asOverride: true } },
          ],
          leaves: [
            { name: "leaf1", as: 65100 },
            { name: "leaf2", as: 65100 },
          ],
        },
        {
          nodes: [
            { name: "cp1", leaf: "leaf1", role: "control-plane" },
            { name: "n1", leaf: "leaf2" },
          ],
          calico: { mode: "bgp", bgp: { mesh: true, as: 65100, acrossRacks: "none" } },
        },
      ),
    );
    const { sessions } = predictLab(plan);
    const mesh = sessions.find(({ name }) => name.includes("cp1") && name.includes("n1"));
    expect([mesh?.state, mesh?.reason]).toEqual([
      "UNSETTLED",
      expect.stringContaining("cp1 is told of a route to 10.0.102.1"),
    ]);
  });
});

test("a leaf whose only server is gone keeps its server subnet in its table without a valid path, and counts it", () => {
  const plan = planOf(
    lab(
      { spines: 2, leaves: 2 },
      {
        nodes: [
          { name: "cp1", leaf: "leaf1", role: "control-plane" },
          { name: "n1", leaf: "leaf2" },
        ],
      },
    ),
  );
  const { tables } = predictLab(plan, { broken: { links: ["n1-leaf2"], machines: [] } });
  // As live FRR 8.4 has it: `show bgp ipv4 unicast summary` of leaf2 says 11 RIB entries, that of spine1 9; five prefixes have a valid path.
  expect(
    tables
      .filter(({ router }) => ["spine1", "leaf2"].includes(router))
      .map(({ router, prefixes, ribEntries }) => [router, prefixes.length, ribEntries]),
  ).toEqual([
    ["spine1", 5, 9],
    ["leaf2", 5, 11],
  ]);
});
