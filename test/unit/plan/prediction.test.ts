import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  countOutcomes,
  matchOutcome,
  observedTable,
  outcomes,
  predict,
  ribEntries,
  type ObservedPath,
  type ObservedTables,
} from "../../../plan/prediction";
import { bigLab, FIXTURES, planOf, stackValue } from "./labs";

const plan = planOf(stackValue("vxlan"));
const prediction = predict(plan);

/** Tables of a live fabric of FRR 8.4.4 that ran the reference lab's rendered files: `show bgp ipv4 unicast json` by switch. */
function recorded(name: string): ObservedTables {
  const tables = JSON.parse(readFileSync(join(FIXTURES, "bgp", `${name}.json`), "utf8")) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(tables).map(([router, json]) => [router, observedTable(json)]));
}

function counts(to: string, from: string): readonly number[] | undefined {
  return prediction.received.find((each) => each.to === to && each.from === from)?.counts;
}

describe("prediction of the reference lab", () => {
  test("each leaf receives 3 or 4 prefixes from each spine", () => {
    for (const leaf of ["leaf1", "leaf2"])
      for (const spine of ["spine1", "spine2"]) expect(counts(leaf, spine)).toEqual([3, 4]);
  });

  test("what one leaf lacks of a spine the other has: 3 and 4, or 4 and 3, each spine by itself", () => {
    const lost = prediction.prefixes.find((each) => each.prefix === "172.16.255.2/32")!;
    const seen = [...outcomes(plan, lost)].map(({ sent }) => sent.filter((each) => each.startsWith("spine1 >")));
    expect(seen).toEqual([["spine1 > leaf2"], ["spine1 > leaf1"]]);
  });

  test("six prefixes are eleven RIB entries on every switch", () => {
    expect(prediction.tables.map((table) => [table.router, table.prefixes.length, table.ribEntries])).toEqual([
      ["spine1", 6, 11],
      ["spine2", 6, 11],
      ["leaf1", 6, 11],
      ["leaf2", 6, 11],
    ]);
  });

  test("traffic to the other leaf is spread over both spines", () => {
    const subnet = prediction.prefixes.find((each) => each.prefix === "10.0.102.0/24")!;
    const leaf1 = subnet.routers.find((each) => each.router === "leaf1")!;
    expect(leaf1.nextHops).toEqual(["172.16.0.0", "172.16.0.4"]);
    expect(leaf1.best.map((option) => option.asPath)).toEqual([
      [65001, 65102],
      [65002, 65102],
    ]);
  });

  test.each(["settled", "mixed"])("a recorded live fabric (%s) is one of the outcomes", (name) => {
    expect(matchOutcome(plan, recorded(name))).toEqual([]);
  });

  test("the recorded fabrics are different outcomes", () => {
    expect(received(recorded("settled"), "leaf1")).toEqual([3, 3]);
    expect(received(recorded("mixed"), "leaf1")).toEqual([3, 4]);
  });
});

/** Paths a router has from each of its neighbors. */
function received(tables: ObservedTables, router: string): number[] {
  const neighbors = plan.switches.find((each) => each.name === router)!.neighbors;
  return neighbors.map(
    ({ address }) =>
      Object.values(tables[router]!)
        .flat()
        .filter((path) => path.peer === address).length,
  );
}

describe("a live fabric that is no outcome", () => {
  const change = (
    router: string,
    prefix: string,
    edit: (paths: readonly ObservedPath[]) => readonly ObservedPath[],
  ): ObservedTables => {
    const tables = recorded("settled");
    return { ...tables, [router]: { ...tables[router], [prefix]: edit(tables[router]![prefix] ?? []) } };
  };

  test("a lost path is named with its neighbor", () => {
    const tables = change("leaf1", "172.16.255.1/32", () => []);
    expect(matchOutcome(plan, tables)).toContainEqual({
      prefix: "172.16.255.1/32",
      router: "leaf1",
      neighbor: "spine1",
      expected: "AS path 65001",
      seen: "nothing",
    });
  });

  test("a wrong AS path is named", () => {
    const tables = change("leaf1", "172.16.255.1/32", (paths) =>
      paths.map((path) => ({ ...path, asPath: [65001, 64999] })),
    );
    expect(matchOutcome(plan, tables)).toContainEqual({
      prefix: "172.16.255.1/32",
      router: "leaf1",
      neighbor: "spine1",
      expected: "AS path 65001",
      seen: "AS path 65001 64999",
    });
  });

  test("a path that is best and not shortest is named", () => {
    const tables = change("leaf2", "172.16.255.1/32", (paths) =>
      paths.map((path) => ({ ...path, best: path.asPath.length > 1 })),
    );
    expect(
      matchOutcome(plan, tables).some((each) => each.router === "leaf2" && each.expected.startsWith("best one of")),
    ).toBe(true);
  });

  test("an equal path that is not used is named", () => {
    const tables = change("leaf1", "10.0.102.0/24", (paths) => paths.map((path) => ({ ...path, used: path.best })));
    expect(matchOutcome(plan, tables).map((each) => [each.router, each.neighbor])).toEqual([["leaf1", null]]);
    expect(matchOutcome(plan, tables)[0]?.expected).toMatch(/^in use /);
  });

  test("a prefix nobody planned is named", () => {
    const tables = change("leaf1", "10.9.9.0/24", () => [{ peer: null, asPath: [], best: true, used: true }]);
    expect(matchOutcome(plan, tables)).toEqual([
      { prefix: "10.9.9.0/24", router: "leaf1", neighbor: null, expected: "no such prefix", seen: "own []" },
    ]);
  });

  test("a path of an unplanned neighbor is named", () => {
    const tables = change("leaf1", "10.0.102.0/24", (paths) => [
      ...paths,
      { peer: "192.0.2.1", asPath: [65009, 65001, 65102], best: false, used: false },
    ]);
    expect(matchOutcome(plan, tables).map((each) => each.seen)).toEqual(["a path from 192.0.2.1"]);
  });

  test("a switch without a table is named", () => {
    const rest = Object.fromEntries(Object.entries(recorded("settled")).filter(([router]) => router !== "leaf2"));
    expect(matchOutcome(plan, rest)).toEqual([
      { prefix: "", router: "leaf2", neighbor: null, expected: "a BGP table", seen: "none" },
    ]);
  });
});

describe("RIB entries", () => {
  test.each([
    [[], 0],
    [["10.0.0.0/24"], 1],
    [["10.0.0.0/24", "10.0.1.0/24"], 3],
    // The covering prefix is the branching point itself.
    [["10.0.0.0/23", "10.0.0.0/24", "10.0.1.0/24"], 3],
    [["10.0.0.0/8", "10.1.0.0/16"], 2],
    [["0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16"], 3],
    [["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"], 7],
    [["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"], 5],
  ])("%j are %i", (prefixes, nodes) => {
    expect(ribEntries(prefixes)).toBe(nodes);
  });
});

describe("other fabrics", () => {
  test("with three leaves, a spine withholds another's loopback from one leaf alone", () => {
    const three = predict(planOf(bigLab(2, 3)));
    const all = three.received.filter((each) => each.from === "spine1" && each.to.startsWith("leaf"));
    for (const each of all) expect(each.sometimes).toEqual(["172.16.255.2/32"]);
  });

  test("spines that share an AS number never hear of each other's loopback", () => {
    const lab = bigLab(2, 2);
    const shared = {
      ...lab,
      fabric: {
        ...lab.fabric,
        spines: [
          { name: "spine1", as: 65000 },
          { name: "spine2", as: 65000 },
        ],
      },
    };
    const { tables, received: sent } = predict(planOf(shared));
    expect(tables.map((table) => table.prefixes.length)).toEqual([5, 5, 6, 6]);
    expect(sent.filter((each) => each.to === "leaf1").map((each) => each.counts)).toEqual([[3], [3]]);
  });

  test("one spine leaves nothing to chance", () => {
    const single = predict(planOf(bigLab(1, 3)));
    expect(single.prefixes.every((each) => countOutcomes(each) === 1)).toBe(true);
    expect(single.received.every((each) => each.counts.length === 1)).toBe(true);
  });

  test("72 switches with 512 links are planned and predicted", () => {
    const large = planOf(bigLab(8, 64));
    const routes = predict(large);
    expect(large.links.filter((link) => link.kind === "fabric")).toHaveLength(512);
    expect(routes.received).toHaveLength(1024);
  });
});
