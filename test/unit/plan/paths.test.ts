import fc from "fast-check";
import { nodesOf } from "../../../plan/lookup";
import {
  blocksFor,
  endpointNamed,
  endpointsOf,
  isSource,
  podPaths,
  tracerOf,
  UnknownEndpointError,
} from "../../../plan/paths";
import { predictLab } from "../../../plan/prediction";
import { longestMatch, prefixTable } from "../../../plan/prediction/longest-match";

import { addressText, knownAddress, knownRange, holds, rangeAround, rangeText } from "../../../lab-spec/ip";
import { bigLab, planOf, stackValue } from "./labs";
import { pathIn, pathLab, wayText, withRoutes } from "./paths-labs";

/** What the fabric of `pathLab("bgp")` learns once every node's block has come round: each leaf by ECMP, nodes by their leaf. */
const BLOCKS = { master1: "10.64.0.0/26", node1: "10.64.0.64/26", node2: "10.64.0.128/26" };
const BGP = {
  spine1: [
    `${BLOCKS.node1} via 172.16.0.1 swp1`,
    `${BLOCKS.master1} via 172.16.0.1 swp1`,
    `${BLOCKS.node2} via 172.16.0.3 swp2`,
    "10.80.0.0/12 via 172.16.0.1 swp1, 172.16.0.3 swp2",
  ],
  spine2: [
    `${BLOCKS.node1} via 172.16.0.5 swp1`,
    `${BLOCKS.master1} via 172.16.0.5 swp1`,
    `${BLOCKS.node2} via 172.16.0.7 swp2`,
    "10.80.0.0/12 via 172.16.0.5 swp1, 172.16.0.7 swp2",
  ],
  leaf1: [
    `${BLOCKS.master1} via 10.0.101.11 bridge`,
    `${BLOCKS.node1} via 10.0.101.101 bridge`,
    `${BLOCKS.node2} via 172.16.0.0 swp51, 172.16.0.4 swp52`,
    "10.80.0.0/12 via 10.0.101.11 bridge, 10.0.101.101 bridge",
  ],
  leaf2: [
    `${BLOCKS.master1} via 172.16.0.2 swp51, 172.16.0.6 swp52`,
    `${BLOCKS.node1} via 172.16.0.2 swp51, 172.16.0.6 swp52`,
    `${BLOCKS.node2} via 10.0.102.102 bridge`,
    "10.80.0.0/12 via 10.0.102.102 bridge",
  ],
  master1: [`${BLOCKS.node1} via 10.0.101.101 eth1`, `${BLOCKS.node2} via 10.0.101.1 eth1`],
  node1: [`${BLOCKS.master1} via 10.0.101.11 eth1`, `${BLOCKS.node2} via 10.0.101.1 eth1`],
  node2: [`${BLOCKS.master1} via 10.0.102.1 eth1`, `${BLOCKS.node1} via 10.0.102.1 eth1`],
};

describe("mode vxlan", () => {
  const plan = pathLab("vxlan");
  const prediction = predictLab(plan);

  test("between racks: two nodes route the packet, the fabric carries it in VXLAN", () => {
    const path = pathIn(plan, prediction, "pod:node1", "pod:node2");
    expect(wayText(path)).toBe(
      "pod:node1 send > node1 route > leaf1 route > {spine1 route, spine2 route} > leaf2 route > node2 route > pod:node2 receive",
    );
    expect(path).toMatchObject({
      verdict: "arrives",
      ttls: [62],
      mtu: { sender: 1450, largest: 1450, limit: null },
      drops: [],
    });
    const outer = path.steps
      .flat()
      .flatMap((hop) => hop.out)
      .map((each) => [
        each.link,
        each.mtu,
        each.encapsulation?.kind === "vxlan" ? each.encapsulation.vni : null,
        each.encapsulation?.source ?? null,
        each.encapsulation?.destination ?? null,
      ]);
    expect(outer[0]).toEqual(["veth", 1450, null, null, null]);
    expect(outer.slice(1, -1)).toHaveLength(6);
    for (const each of outer.slice(1, -1)) expect(each.slice(1)).toEqual([1500, 4096, "10.0.101.101", "10.0.102.102"]);
    expect(outer.at(-1)).toEqual(["veth", 1450, null, null, null]);
  });

  test.each([
    ["pod:node1", "pod:node1", 63, "pod:node1 send > node1 route > pod:node1 receive"],
    [
      "pod:node1",
      "pod:master1",
      62,
      "pod:node1 send > node1 route > leaf1 bridge > master1 route > pod:master1 receive",
    ],
    [
      "node1",
      "pod:node2",
      63,
      "node1 send > leaf1 route > {spine1 route, spine2 route} > leaf2 route > node2 route > pod:node2 receive",
    ],
    ["node1", "master1", 64, "node1 send > leaf1 bridge > master1 receive"],
    ["node1", "node2", 61, "node1 send > leaf1 route > {spine1 route, spine2 route} > leaf2 route > node2 receive"],
    ["host1", "spine1", 63, "host1 send > leaf2 route > spine1 receive"],
    ["leaf1", "leaf2", 63, "leaf1 send > {spine1 route, spine2 route} > leaf2 receive"],
  ])("%s to %s: ttl %i", (from, to, ttl, way) => {
    const path = pathIn(plan, prediction, from, to);
    expect(wayText(path)).toBe(way);
    expect(path.ttls).toEqual([ttl]);
  });

  test("from outside, the fabric doesn't know pods and services", () => {
    expect(pathIn(plan, prediction, "host1", "pod:node1").drops).toEqual([
      { at: "leaf2", cause: "no route", reason: "leaf2 has no route to 10.64.0.65" },
    ]);
    expect(pathIn(plan, prediction, "host1", "service:web").drops).toEqual([
      { at: "leaf2", cause: "no route", reason: "leaf2 has no route to 10.80.1.1" },
    ]);
  });

  test("a service is translated on the first node to any backend", () => {
    const path = pathIn(plan, prediction, "pod:node1", "service:web");
    expect(path.arrivals).toEqual([
      { at: "pod:node1", ttl: 63 },
      { at: "pod:node2", ttl: 62 },
    ]);
    expect(path.steps[1]?.map((hop) => hop.destination)).toEqual(["10.64.0.65", "10.64.0.129"]);
    expect(pathIn(plan, prediction, "pod:node2", "service:kubernetes").arrivals).toEqual([{ at: "master1", ttl: 60 }]);
  });

  test("a service whose pods may run nowhere has no endpoint", () => {
    const alone = { ...plan, servers: nodesOf(plan).filter((node) => node.role === "control-plane") };
    expect(pathIn(alone, predictLab(alone), "pod:master1", "service:web").drops).toMatchObject([
      { at: "master1", cause: "no endpoint" },
    ]);
  });
});

describe("mode bgp", () => {
  const plan = pathLab("bgp");
  const prediction = withRoutes(plan, BGP);

  test.each([
    [
      "pod:node1",
      "pod:node2",
      [59],
      "pod:node1 send > node1 route > leaf1 route > {spine1 route, spine2 route} > leaf2 route > node2 route > pod:node2 receive",
    ],
    [
      "pod:node1",
      "pod:master1",
      [62],
      "pod:node1 send > node1 route > leaf1 bridge > master1 route > pod:master1 receive",
    ],
    [
      "host1",
      "pod:node1",
      [60],
      "host1 send > leaf2 route > {spine1 route, spine2 route} > leaf1 route > node1 route > pod:node1 receive",
    ],
    ["spine1", "pod:node2", [62], "spine1 send > leaf2 route > node2 route > pod:node2 receive"],
    // One of the two backends is on the node that translates, the other back across the fabric.
    [
      "host1",
      "service:web",
      [58, 62],
      "host1 send > leaf2 route > node2 route > {leaf2 route, pod:node2 receive} > {spine1 route, spine2 route} > leaf1 route > node1 route > pod:node1 receive",
    ],
  ])("%s to %s", (from, to, ttls, way) => {
    const path = pathIn(plan, prediction, from, to);
    expect(wayText(path)).toBe(way);
    expect(path).toMatchObject({ verdict: "arrives", ttls, mtu: { largest: 1500, limit: null } });
    expect(
      path.steps
        .flat()
        .flatMap((hop) => hop.out)
        .every((each) => each.encapsulation === null),
    ).toBe(true);
  });

  test("within a rack by the leaf, where the table says so", () => {
    const byLeaf = withRoutes(plan, { ...BGP, node1: [`${BLOCKS.master1} via 10.0.101.1 eth1`] });
    const path = pathIn(plan, byLeaf, "pod:node1", "pod:master1");
    expect(wayText(path)).toBe("pod:node1 send > node1 route > leaf1 route > master1 route > pod:master1 receive");
    expect(path.ttls).toEqual([61]);
  });

  test("an unused service address is Felix's to drop", () => {
    expect(pathIn(plan, prediction, "host1", "10.80.77.7").drops).toMatchObject([{ at: "node2", cause: "policy" }]);
  });

  test("blackhole, loop, unanswered next hop, and a choice of which one way is broken", () => {
    const blackhole = withRoutes(plan, { ...BGP, leaf1: [`${BLOCKS.node2} blackhole`] });
    expect(pathIn(plan, blackhole, "pod:node1", "pod:node2").drops).toMatchObject([
      { at: "leaf1", cause: "blackhole" },
    ]);
    const loop = withRoutes(plan, {
      ...BGP,
      spine1: [`${BLOCKS.node2} via 172.16.0.1 swp1`],
      leaf1: [`${BLOCKS.node2} via 172.16.0.0 swp51`],
    });
    expect(pathIn(plan, loop, "pod:node1", "pod:node2")).toMatchObject({
      verdict: "dropped",
      drops: [{ at: "leaf1", cause: "loop", reason: "it comes back to leaf1: leaf1 > spine1 > leaf1" }],
    });
    const stranger = withRoutes(plan, { ...BGP, leaf2: [`${BLOCKS.node2} via 10.0.102.77 bridge`] });
    expect(pathIn(plan, stranger, "pod:node1", "pod:node2").drops).toEqual([
      { at: "leaf2", cause: "no such address", reason: "nobody behind leaf2 bridge has 10.0.102.77" },
    ]);
    const half = withRoutes(plan, { ...BGP, spine2: [`${BLOCKS.node2} blackhole`] });
    expect(pathIn(plan, half, "pod:node1", "pod:node2")).toMatchObject({
      verdict: "depends",
      ttls: [59],
      drops: [{ at: "spine2" }],
    });
  });

  test("a link that takes less than the sender's names itself", () => {
    const narrow = {
      ...plan,
      links: plan.links.map((link) => (link.name === "leaf2-spine2" ? { ...link, mtu: 1400 } : link)),
    };
    expect(pathIn(narrow, prediction, "pod:node1", "pod:node2").mtu).toEqual({
      sender: 1500,
      largest: 1400,
      limit: "leaf2-spine2",
    });
    const vxlan = pathLab("vxlan");
    const tight = { ...vxlan, links: vxlan.links.map((link) => ({ ...link, mtu: 1480 })) };
    expect(pathIn(tight, predictLab(tight), "pod:node1", "pod:node2").mtu).toMatchObject({
      sender: 1450,
      largest: 1430,
    });
  });
});

describe("a lab with parts taken out", () => {
  const plan = pathLab("vxlan");
  const path = (
    broken: { links: string[]; machines: string[] },
    from: string,
    to: string,
  ): ReturnType<typeof pathIn> => {
    const prediction = predictLab(plan, { broken });
    const end = (name: string): ReturnType<typeof endpointNamed> =>
      endpointNamed(name, plan, blocksFor(plan, prediction));
    return tracerOf(plan, prediction, broken).trace(end(from), end(to));
  };

  test("one spine less is a way less", () => {
    expect(wayText(path({ links: [], machines: ["spine2"] }, "node1", "node2"))).toBe(
      "node1 send > leaf1 route > spine1 route > leaf2 route > node2 receive",
    );
    expect(wayText(path({ links: ["leaf2-spine1"], machines: [] }, "node1", "node2"))).toBe(
      "node1 send > leaf1 route > spine2 route > leaf2 route > node2 receive",
    );
  });

  test("an uplink or a machine that is gone takes its packets with it", () => {
    expect(path({ links: ["node1-leaf1"], machines: [] }, "node1", "node2").drops).toMatchObject([
      { at: "node1", cause: "no route" },
    ]);
    expect(path({ links: ["node2-leaf2"], machines: [] }, "node1", "node2").drops).toMatchObject([
      { at: "leaf2", cause: "link down" },
    ]);
    expect(path({ links: [], machines: ["node1"] }, "node1", "node2")).toMatchObject({ verdict: "dropped", steps: [] });
    // Its bridge without carrier, leaf2 no longer announces the subnet.
    expect(path({ links: ["node2-leaf2", "host1-leaf2"], machines: [] }, "node1", "node2").drops).toMatchObject([
      { at: "leaf1", cause: "no route" },
    ]);
  });
});

describe("endpoints", () => {
  const plan = pathLab("bgp");
  const blocks = predictLab(plan).blocksOf;

  test("are pods, nodes, hosts, services and switches", () => {
    expect(endpointsOf(plan, blocks).map((each) => each.name)).toEqual([
      "pod:master1",
      "pod:node1",
      "pod:node2",
      "master1",
      "node1",
      "node2",
      "host1",
      "service:kube-dns",
      "service:kubernetes",
      "service:web",
      "spine1",
      "spine2",
      "leaf1",
      "leaf2",
    ]);
  });

  test("may be named by address", () => {
    expect(endpointNamed("10.0.101.101", plan, blocks)).toMatchObject({ name: "node1" });
    expect(endpointNamed("172.16.0.0", plan, blocks)).toMatchObject({ kind: "address", machine: "spine1" });
    expect(endpointNamed("10.64.0.70", plan, blocks)).toMatchObject({ kind: "pod", machine: "node1" });
    expect(endpointNamed("8.8.8.8", plan, blocks)).toMatchObject({ kind: "address", machine: null });
  });

  test("a name that is none says what was meant", () => {
    expect(() => endpointNamed("pod:nod1", plan, blocks)).toThrow(UnknownEndpointError);
    expect(() => endpointNamed("pod:nod1", plan, blocks)).toThrow('Did you mean "pod:node1"?');
  });
});

test("the reference lab's pod paths all arrive, with the figures of the reference", () => {
  const paths = podPaths(planOf(stackValue("vxlan")));
  expect(paths).toHaveLength(25);
  for (const { from, to, ttl } of paths) expect(ttl).toBe(from === to ? 63 : 62);
});

test("longest prefix wins, as a linear search finds it", () => {
  const prefixes = fc.uniqueArray(
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 20, max: 32 }))
      .map(([low, length]) => rangeText(rangeAround(knownAddress("10.0.0.0") + low, length))),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(prefixes, fc.integer({ min: 0, max: 5000 }), (written, low) => {
      const address = addressText(knownAddress("10.0.0.0") + low);
      const holding = written
        .filter((prefix) => holds(knownRange(prefix), knownAddress(address)))
        .sort((a, b) => knownRange(b).length - knownRange(a).length);
      const table = prefixTable(written, (prefix) => [prefix]);
      expect(longestMatch(table, knownAddress(address))).toBe(holding[0] ?? null);
    }),
  );
});

test("in any fabric every machine reaches every node, and each hop that routes takes one from the TTL", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (spines, leaves) => {
      const plan = planOf(bigLab(spines, leaves));
      const prediction = predictLab(plan);
      const tracer = tracerOf(plan, prediction);
      const all = endpointsOf(plan, blocksFor(plan, prediction));
      for (const from of all.filter(isSource)) {
        for (const to of all.filter((each) => each.kind === "node" || (each.kind === "pod" && from.kind === "pod"))) {
          const path = tracer.trace(from, to);
          expect(path.verdict).toBe("arrives");
          const encapsulated = path.steps.some((hops) =>
            hops.some((hop) => hop.out.some((each) => each.encapsulation !== null)),
          );
          const routing = path.steps.filter((hops) => hops.some((hop) => hop.action === "route")).length;
          expect(path.ttls).toEqual([encapsulated ? 62 : 64 - routing]);
        }
      }
    }),
    { numRuns: 12 },
  );
});
