import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LabPlan } from "../../../plan";
import {
  matchOutcome,
  observedTable,
  predictLab,
  type LabPrediction,
  type ObservedPath,
  type ObservedTables,
  type PredictOptions,
  type RibPath,
} from "../../../plan/prediction";
import { tableRow } from "../../../verify/checks/node-tables";
import { receivedRow } from "../../../verify/checks/prefixes";
import { parseBirdTable } from "../../../verify/facts/bird";
import type { LabInput } from "../../../lab-spec";
import { planOf, ROOT, stackValue } from "./labs";

/** Tables of the running lab of Pulumi.bgp-rr.yaml: FRR 8.4.4's `show bgp ipv4 unicast json` of each switch, BIRD 1.6.8's `show route all` of a reflector and a client. */
const live = JSON.parse(readFileSync(join(ROOT, "test", "fixtures", "bgp-rr.json"), "utf8")) as {
  switches: Record<string, unknown>;
  nodes: Record<string, string[]>;
};
const LIVE: PredictOptions = {
  blocks: {
    "k8s-master-l1-1": ["10.64.213.128/26"],
    "k8s-node-l1-1": ["10.67.209.0/26"],
    "k8s-node-l1-2": ["10.65.76.192/26"],
    "k8s-node-l2-1": ["10.68.86.128/26"],
    "k8s-node-l2-2": [],
  },
  announced: Object.fromEntries(
    ["k8s-node-l1-1", "k8s-node-l1-2", "k8s-node-l2-1"].map((node) => [node, ["10.80.0.15/32"]]),
  ),
};
const plan = planOf(stackValue("bgp-rr"));
const prediction = predictLab(plan, LIVE);
const REFLECTOR = "k8s-node-l1-1";
const CLIENT = "k8s-node-l1-2";

const tables = (): Record<string, Record<string, ObservedPath[]>> =>
  Object.fromEntries(Object.entries(live.switches).map(([name, json]) => [name, observedTable(json)]));
const bird = (node: string): string => (live.nodes[node] ?? []).join("\n");
const paths = (of: LabPrediction, at: string, prefix: string): readonly RibPath[] =>
  of.rib(at).find((each) => each.prefix === prefix)?.paths ?? [];
const received = (of: LabPrediction, to: string, from: string): readonly number[] | undefined =>
  of.received.find((each) => each.to === to && each.from === from)?.counts;

describe("the recorded lab with reflectors", () => {
  test("is an outcome of the plan", () => {
    expect(matchOutcome(plan, tables(), LIVE)).toEqual([]);
  });

  test.each<[string, (all: Record<string, Record<string, ObservedPath[]>>) => void, [string, string | null]]>([
    [
      "a further path missing",
      (all) => {
        all.leaf1!["10.65.76.192/26"]!.splice(
          all.leaf1!["10.65.76.192/26"]!.findIndex((path) => !path.best),
          1,
        );
      },
      ["leaf1", REFLECTOR],
    ],
    [
      "a further path too many",
      (all) => {
        all.leaf1!["10.65.76.192/26"]!.push({ ...all.leaf1!["10.65.76.192/26"]![0]!, best: false, used: false });
      },
      ["leaf1", REFLECTOR],
    ],
    [
      "a path with another next hop",
      (all) => {
        const list = all.leaf2!["10.80.0.0/12"]!;
        list.forEach((path, i) => {
          if (!path.best && path.peer === "10.0.102.101") list[i] = { ...path, nextHop: "10.0.102.9" };
        });
      },
      ["leaf2", "k8s-node-l2-1"],
    ],
    [
      "two paths to one next hop in use",
      (all) => {
        const list = all.leaf1!["10.80.0.15/32"]!;
        all.leaf1!["10.80.0.15/32"] = list.map((path) => ({ ...path, used: true }));
      },
      ["leaf1", null],
    ],
  ])("with %s is none", (_, change, [router, neighbor]) => {
    const all = tables();
    change(all);
    expect(matchOutcome(plan, all as ObservedTables, LIVE).map((each) => [each.router, each.neighbor])).toContainEqual([
      router,
      neighbor,
    ]);
  });

  test("a leaf counts every path of its reflector", () => {
    expect(received(prediction, "leaf1", REFLECTOR)).toEqual([13]);
    expect(received(prediction, "leaf2", "k8s-node-l2-1")).toEqual([5]);
    const of = prediction.received.find((each) => each.to === "leaf1" && each.from === REFLECTOR)!;
    expect(receivedRow(of, 13, tables()["leaf1"]!).ok).toBe(true);
    expect(receivedRow(of, 5, tables()["leaf1"]!).ok).toBe(false);
  });

  test.each([REFLECTOR, CLIENT])("BIRD's table of %s has the predicted paths", (node) => {
    expect(tableRow(node, prediction.rib(node), parseBirdTable(bird(node)))).toMatchObject({
      seen: "as predicted",
      ok: true,
    });
  });

  test.each<[string, (text: string) => string, string]>([
    ["lost", (text) => text.replace(/^10\.68\.86\.128\/26.*\n(\t.*\n)+/m, ""), "missing 10.68.86.128/26"],
    [
      "of another AS path",
      (text) => text.replace("as_path: 65102 65102", "as_path: 65102 64999"),
      "unexpected 10.80.0.0/12 from 10.0.101.101 [65102 64999]",
    ],
    [
      "best that is not",
      (text) =>
        text
          .replace(/(unreachable .*?\]) /, "$1 * ")
          .replace(/^(10\.64\.213\.128\/26.*) \* /m, "$1 ")
          .replace(
            /(via 10\.0\.101\.1 on eth1 \[Node_10_0_102_101 \S+ from \S+\]) (\(100\/0\) \[AS65101i\]\n.*\n.*\n.*65101 65101)/,
            "$1 * $2",
          ),
      "best instead of another",
    ],
  ])("a path %s is told", (_, change, told) => {
    const text = change(bird(CLIENT));
    expect(text).not.toBe(bird(CLIENT));
    const row = tableRow(CLIENT, prediction.rib(CLIENT), parseBirdTable(text));
    expect(row.ok).toBe(false);
    expect(row.seen).toContain(told);
  });
});

describe("what BIRD sends and keeps", () => {
  test("to a reflector, another rack's block leads over the leaf: a BGP route is no way to another's next hop", () => {
    const all = paths(prediction, REFLECTOR, "10.68.86.128/26");
    expect(all.map((path) => [path.from, path.nextHop, path.valid, path.best])).toEqual([
      ["leaf1", "10.0.101.1", true, "sometimes"],
      ["leaf1", "10.0.101.1", true, "sometimes"],
      // Its own, and what its leaf gave back: with which next hop depends on who else was there.
      ["k8s-node-l2-1", "10.0.102.101", false, "never"],
      ["k8s-node-l2-1", "10.0.102.101", false, "never"],
      ["k8s-node-l2-1", "10.0.102.1", false, "never"],
    ]);
  });

  test("a client has every path twice: of its reflectors' own sessions, once each", () => {
    expect(
      paths(prediction, CLIENT, "10.64.213.128/26")
        .filter((path) => path.asPath.length === 0)
        .map((path) => [path.from, path.originator, path.clusters.length]),
    ).toEqual([
      [REFLECTOR, "10.0.101.11", 1],
      ["k8s-node-l2-1", "10.0.101.11", 1],
    ]);
  });

  test("of paths to one next hop a switch uses one", () => {
    const own = paths(prediction, "leaf1", "10.80.0.0/12").filter((path) => path.from === REFLECTOR);
    expect(own.map((path) => path.nextHop).sort()).toEqual([
      "10.0.101.101",
      "10.0.101.102",
      "10.0.101.102",
      "10.0.101.11",
      "10.0.101.11",
    ]);
    expect(prediction.fib("leaf1").find((each) => each.prefix === "10.80.0.0/12")).toMatchObject({
      certain: false,
      nextHops: [{ address: "10.0.101.11" }, { address: "10.0.101.101" }, { address: "10.0.101.102" }],
    });
  });

  test("a node with one session has nobody's path to send on", () => {
    const of = predictLab(planOf(stackValue("bgp")), LIVE);
    expect(received(of, "leaf1", "k8s-node-l1-2")).toEqual([3]);
    // Its own block comes back from the leaf, perhaps with its own address as next hop: kept, and no way.
    expect(paths(of, "k8s-node-l1-2", "10.65.76.192/26").map((path) => [path.type, path.nextHop, path.valid])).toEqual([
      ["own", null, true],
      ["ebgp", "10.0.101.102", false],
      ["ebgp", "10.0.101.1", true],
    ]);
  });

  test("more paths than a leaf takes end the session, though prefixes are few", () => {
    const lab = stackValue("bgp-rr") as LabInput & { calico: { bgp: Record<string, unknown> } };
    const limited = (maximumPrefix: number): LabPlan =>
      planOf({ ...lab, calico: { ...lab.calico, bgp: { ...lab.calico.bgp, maximumPrefix } } });
    const state = (of: LabPlan): string | undefined =>
      predictLab(of, LIVE).sessions.find((each) => each.name === `${REFLECTOR}-leaf1`)?.state;
    expect([state(limited(20)), state(limited(11))]).toEqual(["ESTABLISHED", "NOT_ESTABLISHED"]);
  });
});
