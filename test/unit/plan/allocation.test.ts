import fc from "fast-check";
import type { LabPlan } from "../../../plan";
import { linkIndex } from "../../../plan/allocate/link-index";
import type { LabInput } from "../../../lab-spec";
import { homeOf, leavesOf, switchOf } from "../../../plan/lookup";
import { planOf, problemsOf } from "./labs";

describe("link numbers", () => {
  test("of two spines and two leaves are those of the reference: a leaf's links are 0 and 2, the other's 1 and 3", () => {
    expect([linkIndex(1, 1, 8), linkIndex(2, 1, 8), linkIndex(1, 2, 8), linkIndex(2, 2, 8)]).toEqual([0, 1, 2, 3]);
  });

  test.each([1, 2, 3, 8])("are all numbers once, with a capacity of %i spines", (capacity) => {
    const leaves = 3 * capacity;
    const numbers = new Set<number>();
    for (let leaf = 1; leaf <= leaves; leaf++)
      for (let spine = 1; spine <= capacity; spine++) numbers.add(linkIndex(leaf, spine, capacity));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: leaves * capacity }, (_, i) => i));
  });
});

const unique = (max: number, size: fc.SizeForArbitrary = "small") =>
  fc.uniqueArray(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 8, size });

/** Sound labs with gaps in their numbers, in any order. */
const labs: fc.Arbitrary<LabInput & { nodes: NonNullable<LabInput["nodes"]> }> = fc
  .record({
    spines: unique(8),
    leaves: unique(60),
    workers: fc.array(unique(40), { minLength: 8, maxLength: 8 }),
    shuffle: fc.boolean(),
  })
  .map(({ spines, leaves, workers, shuffle }) => {
    const nodes: NonNullable<LabInput["nodes"]> = [
      { name: "master-1", role: "control-plane", leaf: `leaf${leaves[0] ?? 1}` },
      ...leaves.flatMap((leaf, i) =>
        (workers[i] ?? []).map((n) => ({ name: `node-l${leaf}-${n}`, leaf: `leaf${leaf}` })),
      ),
    ];
    return {
      name: "random",
      fabric: {
        spines: spines.map((n) => `spine${n}`),
        leaves: leaves.map((n) => `leaf${n}`),
        links: { pool: "172.18.0.0/16" },
      },
      management: { subnet: "192.168.0.0/22" },
      nodes: shuffle ? [...nodes].reverse() : nodes,
    };
  });

/** Everything of a plan that a machine has, by name: what must not move. */
function belongings(plan: LabPlan): Record<string, unknown> {
  const links = plan.links.map((link) => [`link ${link.name}`, link] as const);
  const sessions = plan.sessions.map((session) => [`session ${session.name}`, session] as const);
  const nodes = plan.servers.map((node) => [`node ${node.name}`, node] as const);
  const switches = plan.switches.map(
    ({ name, hostname, index, as, loopback, networks, bridge }) =>
      [`switch ${name}`, { name, hostname, index, as, loopback, networks, address: bridge?.address }] as const,
  );
  const interfaces = plan.switches.flatMap((each) =>
    each.interfaces.map((port) => [`${each.name} ${port.name}`, port] as const),
  );
  return Object.fromEntries([...links, ...sessions, ...nodes, ...switches, ...interfaces]);
}

function addresses(plan: LabPlan): string[] {
  const all = [
    ...plan.switches.flatMap((each) => each.interfaces.flatMap((port) => port.addresses)),
    ...plan.servers.flatMap((server) => server.uplinks.map(({ address }) => address)),
  ];
  return all.map((address) => address.split("/")[0] ?? "");
}

describe("any sound lab", () => {
  test("has no address, port or AS number twice", () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const plan = planOf(lab);
        const all = addresses(plan);
        expect(new Set(all).size).toBe(all.length);
        const ends = plan.links.flatMap(({ a, b }) => [`${a.machine} ${a.interface}`, `${b.machine} ${b.interface}`]);
        expect(new Set(ends).size).toBe(ends.length);
        expect(new Set(plan.switches.map((each) => each.as)).size).toBe(plan.switches.length);
      }),
    );
  });

  test("has consistent ends: interfaces, neighbors, bridges and sessions say the same", () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const plan = planOf(lab);
        for (const { a, b } of plan.sessions) {
          for (const [own, other] of [
            [a, b],
            [b, a],
          ] as const) {
            const at = plan.switches.find((each) => each.name === own.machine)!;
            expect(at.as).toBe(own.as);
            expect(at.interfaces.flatMap((port) => port.addresses)).toContain(`${own.address}/31`);
            expect(at.neighbors).toContainEqual(
              expect.objectContaining({ address: other.address, remoteAs: other.as, machine: other.machine }),
            );
          }
        }
        for (const uplink of plan.servers.flatMap((server) => server.uplinks)) {
          const leaf = switchOf(plan, uplink.leaf);
          expect(leaf.bridge!.ports).toContain(uplink.leafPort);
          expect(leaf.bridge!.address.split("/")[0]).toBe(uplink.gateway);
        }
      }),
    );
  });

  test("gives the same plan whatever the order of its lists", () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const turned = {
          ...lab,
          nodes: [...lab.nodes].reverse(),
          fabric: {
            ...lab.fabric,
            spines: [...(lab.fabric.spines as string[])].reverse(),
            leaves: [...(lab.fabric.leaves as string[])].reverse(),
          },
        };
        expect(JSON.stringify(planOf(turned))).toBe(JSON.stringify(planOf(lab)));
      }),
    );
  });

  test("is plain values: no undefined, nothing lost in JSON", () => {
    fc.assert(
      fc.property(labs, (lab) => {
        const plan = planOf(lab);
        expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
      }),
    );
  });

  test("moves nothing of what stays when a leaf, a spine or a node is added", () => {
    fc.assert(
      fc.property(labs, fc.integer({ min: 0, max: 2 }), (lab, what) => {
        const spines = lab.fabric.spines as string[];
        const leaves = lab.fabric.leaves as string[];
        const free = (taken: readonly string[], prefix: string): string =>
          `${prefix}${Array.from({ length: 99 }, (_, i) => i + 1).find((n) => !taken.includes(`${prefix}${n}`)) ?? 0}`;
        const leaf = free(leaves, "leaf");
        const spine = free(spines, "spine");
        fc.pre(what !== 1 || spines.length < 8);
        const names = lab.nodes.map((node) => node.name);
        const node = free(names, `node-l${leaves[0]!.slice(4)}-`);
        fc.pre(what !== 2 || Number(node.split("-").at(-1)) <= 40);
        const larger = [
          {
            ...lab,
            fabric: { ...lab.fabric, leaves: [...leaves, leaf] },
            nodes: [...lab.nodes, { name: `node-l${leaf.slice(4)}-1`, leaf }],
          },
          { ...lab, fabric: { ...lab.fabric, spines: [...spines, spine] } },
          { ...lab, nodes: [...lab.nodes, { name: node, leaf: leaves[0]! }] },
        ][what]!;
        const before = belongings(planOf(lab));
        expect(belongings(planOf(larger))).toMatchObject(before);
      }),
    );
  });
});

describe("node ports and addresses", () => {
  test("are keyed on the node's number, the control plane's apart from the workers'", () => {
    const plan = planOf({
      name: "x",
      fabric: { spines: 1, leaves: 1 },
      nodes: [
        { name: "a-7", leaf: "leaf1" },
        { name: "m-3", role: "control-plane", leaf: "leaf1" },
        { name: "b", leaf: "leaf1", index: 12, address: "10.0.101.50", port: 30 },
      ],
    });
    expect(plan.servers.map((node) => [node.name, homeOf(node).address, homeOf(node).leafPort])).toEqual([
      ["m-3", "10.0.101.13/24", "swp43"],
      ["a-7", "10.0.101.107/24", "swp7"],
      ["b", "10.0.101.50/24", "swp30"],
    ]);
  });

  test("a worker number that meets the control plane's port is refused", () => {
    const problems = problemsOf({
      name: "x",
      fabric: { spines: 1, leaves: 1 },
      nodes: [
        { name: "m-1", role: "control-plane", leaf: "leaf1" },
        { name: "w-41", leaf: "leaf1" },
      ],
    });
    expect(problems.map((problem) => problem.rule)).toEqual(["duplicate-port"]);
  });
});

test("a leaf announces its server subnet once it has a server", () => {
  const nodes = [{ name: "m-1", role: "control-plane" as const, leaf: "leaf1" }];
  const networks = (of: LabPlan): unknown => leavesOf(of).map((each) => each.networks);
  expect(networks(planOf({ name: "x", fabric: { spines: 1, leaves: 2 }, nodes }))).toEqual([
    ["10.0.101.0/24", "172.16.255.101/32"],
    ["172.16.255.102/32"],
  ]);
  expect(
    networks(
      planOf({ name: "x", fabric: { spines: 1, leaves: 2 }, nodes: [...nodes, { name: "w-1", leaf: "leaf2" }] }),
    ),
  ).toEqual([
    ["10.0.101.0/24", "172.16.255.101/32"],
    ["10.0.102.0/24", "172.16.255.102/32"],
  ]);
});
