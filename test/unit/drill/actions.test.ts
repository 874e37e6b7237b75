import { spawnSync } from "node:child_process";
import { actionOf, BadDrill, heldScript, type Kind } from "../../../drill/actions";
import { bfdOf } from "../../../drill/bfd";
import { expectationOf } from "../../../drill/expectation";
import { compareRouting, routeDifferences } from "../../../drill/routing/compare";
import { parseBird, parseChanges } from "../../../drill/routing/changes";
import { parseNode } from "../../../drill/routing/observe";
import { podBlocksOf } from "./blocks";
import { planOf, stackValue } from "../plan/labs";

const vxlan = planOf(stackValue("vxlan"));
const bgp = planOf(stackValue("bgp"));
const steps = (kind: Kind, names: string[], silent = false): string[] =>
  actionOf(vxlan, kind, names, silent).steps.map((each) => `${each.machine}: ${each.apply} / ${each.undo}`);
const refused = (kind: Kind, names: string[], silent = false): string => {
  try {
    actionOf(vxlan, kind, names, silent);
  } catch (error) {
    if (error instanceof BadDrill) return error.message;
    throw error;
  }
  return "accepted";
};

describe("failures as steps", () => {
  test("a cut cable is down at one end, a switch's; a dying switch's own, a dying server's leaf's", () => {
    expect(steps("link-down", ["spine1", "leaf1"])).toEqual([
      "leaf1: ip link set dev swp51 down / ip link set dev swp51 up",
    ]);
    expect(steps("link-down", ["k8s-node-l1-1", "leaf1"])).toEqual([
      "leaf1: ip link set dev swp1 down / ip link set dev swp1 up",
    ]);
    expect(steps("spine-down", ["spine2"])).toEqual([
      "spine2: ip link set dev swp1 down / ip link set dev swp1 up",
      "spine2: ip link set dev swp2 down / ip link set dev swp2 up",
    ]);
    expect(steps("node-down", ["k8s-node-l2-2"])).toEqual([
      "leaf2: ip link set dev swp2 down / ip link set dev swp2 up",
    ]);
    expect(new Set(actionOf(vxlan, "node-down", ["leaf1"], false).steps.map((each) => each.machine))).toEqual(
      new Set(["leaf1"]),
    );
  });

  test("a silent failure is one at both ends of every cable", () => {
    expect(actionOf(vxlan, "link-down", ["leaf1", "spine1"], true).steps.map((each) => each.machine)).toEqual([
      "leaf1",
      "spine1",
    ]);
    expect(
      actionOf(vxlan, "spine-down", ["spine1"], true)
        .steps.map((each) => each.machine)
        .sort(),
    ).toEqual(["leaf1", "leaf2", "spine1", "spine1"]);
  });

  test("what the lab is without", () => {
    expect(actionOf(vxlan, "link-down", ["leaf1", "spine1"], false)).toMatchObject({
      broken: { links: ["leaf1-spine1"], machines: [] },
      dead: [],
    });
    expect(actionOf(vxlan, "node-down", ["k8s-node-l2-2"], false)).toMatchObject({
      broken: { links: [], machines: ["k8s-node-l2-2"] },
      dead: ["k8s-node-l2-2"],
    });
  });

  test("a session is reset by a switch, whichever end is named first", () => {
    expect(actionOf(vxlan, "session-reset", ["leaf1", "spine1"], false)).toMatchObject({
      broken: { links: [], machines: [] },
      resets: ["leaf1-spine1"],
      steps: [{ machine: "leaf1" }],
    });
    expect(actionOf(bgp, "session-reset", ["k8s-node-l1-1", "leaf1"], false).steps).toMatchObject([
      { machine: "leaf1", apply: "vtysh -c 'clear bgp ipv4 unicast 10.0.101.101'" },
    ]);
  });

  test("what can't be is refused with what was probably meant", () => {
    expect([
      refused("link-down", ["leaf1"]),
      refused("link-down", ["leaf1", "leaf2"]),
      refused("spine-down", ["leaf1"]),
      refused("node-down", ["k8s-node-l1-3"]),
      refused("session-reset", ["leaf1", "leaf2"]),
      refused("session-reset", ["leaf1", "spine1"], true),
    ]).toEqual([
      "link-down takes two machines, as in `link-down leaf1 spine1`; got leaf1",
      "no link between leaf1 and leaf2: leaf1 is connected to k8s-master-l1-1, k8s-node-l1-1, k8s-node-l1-2, spine1, spine2",
      'lab vxlan has no spine "leaf1". Known here: spine1, spine2.',
      'lab vxlan has no machine "k8s-node-l1-3". Did you mean "k8s-node-l1-1"?',
      "no BGP session between leaf1 and leaf2: leaf1 has sessions with spine1, spine2",
      "--silent is for cables: a session that is reset says so (leave it out)",
    ]);
  });
});

describe("a held failure", () => {
  const run = (script: string): { status: number | null; stdout: string } =>
    spawnSync("bash", ["-c", script], { input: "", encoding: "utf8", timeout: 10_000 });
  const step = (apply: string, undo: string) => ({ machine: "m", apply, undo });

  test("is undone when the line ends", () => {
    const ran = run(heldScript([step("true", "echo undone one"), step("true", "echo undone two")]));
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(/^done \d+\.\d+\nundone one\nundone two\n$/);
  });

  test("is undone as far as it goes, and an undo that fails is told", () => {
    expect(run(heldScript([step("true", "false"), step("true", "echo undone two")]))).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/undone two/) as string,
    });
    expect(run(heldScript([step("true", "echo undone one"), step("false", "true")]))).toMatchObject({
      status: 1,
      stdout: "undone one\n",
    });
  });
});

test("session changes out of the journal, with the notification's reason", () => {
  const text = `1795254705.044099 leaf-sw1.lab.local bgpd[103]: [HZN6M-XRM1G] %NOTIFICATION: sent to neighbor 172.16.0.4 4/0 (Hold Timer Expired) 0 bytes
1795254705.044434 leaf-sw1.lab.local bgpd[103]: [PXVXG-TFNNT] %ADJCHANGE: neighbor 172.16.0.4(spine-sw2.lab.local) in vrf default Down BGP Notification send
1795254707.073539 leaf-sw1.lab.local bgpd[103]: [N9HHH-F8H1M] %ADJCHANGE: neighbor 172.16.0.4(spine-sw2.lab.local) in vrf default Up
1795254722.604783 leaf-sw1.lab.local bgpd[103]: [PXVXG-TFNNT] %ADJCHANGE: neighbor 172.16.0.0 in vrf default Down Interface down`;
  expect(
    parseChanges("leaf1", text).map(({ at, neighbor, state, why }) => [Math.round(at), neighbor, state, why]),
  ).toEqual([
    [1795254705044, "172.16.0.4", "Down", "Hold Timer Expired"],
    [1795254707074, "172.16.0.4", "Up", ""],
    [1795254722605, "172.16.0.0", "Down", "Interface down"],
  ]);
});

test("BFD as the switches are told", () => {
  const value = { ...stackValue("vxlan") };
  const withBfd = planOf({ ...value, fabric: { ...value.fabric, bgp: { bfd: true } } });
  expect([
    bfdOf(vxlan, ["leaf1-spine1"]),
    bfdOf(withBfd, ["leaf1-spine1", "leaf2-spine1"]),
    bfdOf(withBfd, []),
  ]).toEqual(["off", "on", "off"]);
});

describe("what is expected of a broken lab", () => {
  const flow = (source: string, to: string | null) => ({
    name: "",
    kind: "ping" as const,
    source: { machine: source, namespace: "x", address: podBlocksOf(bgp).address(source) },
    to,
    address: to === null ? "10.96.9.9" : podBlocksOf(bgp).address(to),
    port: 0,
    intervalMs: 50,
  });
  const of = (links: string[], machines: string[]) =>
    expectationOf(bgp, { blocks: podBlocksOf(bgp).blocks }, { links, machines });

  test("flows that go on, and those that a failure cuts off", () => {
    const across = flow("k8s-node-l1-1", "k8s-node-l2-1");
    expect([
      of([], []).arrives(across),
      of(["leaf1-spine1"], []).arrives(across),
      of(["leaf1-spine1", "leaf1-spine2"], []).arrives(across),
      of([], ["k8s-node-l2-1"]).arrives(across),
    ]).toEqual([true, true, false, false]);
    expect([
      of(["leaf1-spine1"], []).arrives(flow("k8s-node-l1-1", null)),
      of([], ["k8s-node-l2-2"]).arrives(flow("k8s-node-l1-1", null)),
    ]).toEqual([true, false]);
  });

  test("a flow whose answers find no way back does not arrive: a rack that has lost its route reflector is known to nobody", () => {
    const reflectors = planOf(stackValue("bgp-rr"));
    const headless = expectationOf(
      reflectors,
      { blocks: podBlocksOf(reflectors).blocks },
      { links: [], machines: ["k8s-node-l1-1"] },
    );
    expect([
      headless.arrives(flow("k8s-node-l1-2", "k8s-node-l2-1")),
      headless.arrives(flow("k8s-node-l2-1", "k8s-node-l1-2")),
      headless.arrives(flow("k8s-node-l2-1", "k8s-node-l2-2")),
    ]).toEqual([false, false, true]);
  });

  test("silent machines differ from every prediction", () => {
    const expected = of([], []);
    const seen = compareRouting(bgp, expected.options, expected.prediction, {
      switches: { leaf1: { peers: [], table: {}, routes: [] } },
      nodes: {
        "k8s-node-l1-1": [],
        "k8s-node-l2-1": parseNode(
          '[{"dst":"10.99.0.0/16","gateway":"10.0.102.1","dev":"eth1"},{"type":"blackhole","dst":"10.64.0.0/26"},{"dst":"10.98.0.0/16","gateway":"10.0.102.1","dev":"eth1","flags":["linkdown"]}]',
        ),
      },
    });
    expect(seen.differences).toContain(
      "leaf1 session leaf1-spine1 to 172.16.0.0: expected Established, seen no such neighbor",
    );
    expect(seen.differences.some((line) => line.startsWith("leaf1 route "))).toBe(true);
    expect(seen.differences.filter((line) => line.startsWith("k8s-node-l1-1 route "))).toContain(
      "k8s-node-l1-1 route 172.16.255.1/32: expected 10.0.101.1 eth1, seen none",
    );
    expect(
      seen.differences.filter(
        (line) => line.startsWith("k8s-node-l2-1 route 10.9") || line.includes("10.64.0.0/26: expected none"),
      ),
    ).toEqual(["k8s-node-l2-1 route 10.99.0.0/16: expected none, seen one"]);
  });

  test("kernel routes: next hops, strangers", () => {
    const entry = {
      prefix: "10.0.102.0/24",
      kind: "bgp" as const,
      nextHops: [
        { address: "172.16.0.0", interface: "swp51", machine: "spine1" },
        { address: "172.16.0.4", interface: "swp52", machine: "spine2" },
      ],
      interface: "",
      certain: true,
    };
    const route = (prefix: string, gateways: [string, string][]) => ({
      prefix,
      protocol: "bgp",
      type: "unicast",
      nextHops: gateways.map(([gateway, device]) => ({ gateway, device })),
    });
    expect(
      routeDifferences(
        "leaf1",
        [entry],
        [
          route("10.0.102.0/24", [
            ["172.16.0.4", "swp52"],
            ["172.16.0.0", "swp51"],
          ]),
        ],
      ),
    ).toEqual([]);
    expect(
      routeDifferences("leaf1", [{ ...entry, certain: false }], [route("10.0.102.0/24", [["172.16.0.4", "swp52"]])]),
    ).toEqual([]);
    expect(
      routeDifferences(
        "leaf1",
        [entry],
        [route("10.0.102.0/24", [["172.16.0.4", "swp52"]]), route("10.9.0.0/16", [["172.16.0.4", "swp52"]])],
      ),
    ).toEqual([
      "leaf1 route 10.0.102.0/24: expected 172.16.0.0 swp51, 172.16.0.4 swp52, seen 172.16.0.4 swp52",
      "leaf1 route 10.9.0.0/16: expected none, seen one",
    ]);
  });
});

describe("session changes out of BIRD's log", () => {
  const line = (second: string, said: string): string => `2026-11-21T15:15:${second}Z stdout F bird: ${said}`;
  const read = (...lines: string[]) =>
    parseBird("n1", lines.join("\n")).map(({ at, neighbor, state, why }) => [
      new Date(at).toISOString().slice(17, 23),
      neighbor,
      state,
      why,
    ]);

  test("a hold time that is over, and the session's return", () => {
    expect(
      read(
        "2026-11-21T15:15:32.1Z stdout F 2026-11-21 15:15:32.1 [INFO][72] confd/resource.go 290: Target config bird_aggr.cfg has been updated",
        line("32.742189446", "Node_10_0_101_102: Error: Hold timer expired"),
        line("32.742232920", "Node_10_0_101_102: State changed to stop"),
        line("34.745979017", "Node_10_0_101_102: State changed to down"),
        line("34.746005336", "Node_10_0_101_102: Starting"),
        line("34.746008941", "Node_10_0_101_102: State changed to start"),
        line("39.000000000", "Node_10_0_101_102: State changed to feed"),
        line("39.100000000", "Node_10_0_101_102: State changed to up"),
      ),
    ).toEqual([
      ["32.742", "10.0.101.102", "Down", "Hold timer expired"],
      ["39.100", "10.0.101.102", "Up", ""],
    ]);
  });

  test("a session whose routes are kept goes down once, though it stops later", () => {
    expect(
      read(
        line("05.000000000", "Mesh_10_0_101_1: State changed to start"),
        line("25.000000000", "Mesh_10_0_101_1: State changed to stop"),
        line("26.000000000", "Mesh_10_0_101_1: State changed to down"),
      ),
    ).toEqual([["05.000", "10.0.101.1", "Down", "lost; its routes are kept (graceful restart)"]]);
  });

  test("a reset by the other end, by a neighbor with a port of its own; a session that is reloaded stays up", () => {
    expect(
      read(
        line("09.370000000", "Node_10_0_101_1_port_179: Received: Administrative reset"),
        line("09.370100000", "Node_10_0_101_1_port_179: State changed to stop"),
      ),
    ).toEqual([["09.370", "10.0.101.1", "Down", "Administrative reset"]]);
    expect(
      read(
        line("09.000000000", "Node_10_0_101_1: State changed to feed"),
        line("09.100000000", "Node_10_0_101_1: State changed to up"),
      ),
    ).toEqual([]);
  });
});
