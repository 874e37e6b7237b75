import { machineNames } from "../../../plan/lookup";
import { predictLab } from "../../../plan/prediction";
import { switchFiles, nodeFiles } from "../../../plan/render";
import type { LabPlan, ReversePathFilter } from "../../../plan/types";
import { filterRow, filtersOf } from "../../../verify/checks/reverse-path";
import { pathIn, pathLab, withRoutes, withTables } from "./paths-labs";
import { planOf, smallLab } from "./labs";

/** A lab whose machines of these names filter. */
const filtering = (plan: LabPlan, mode: ReversePathFilter, ...names: string[]): LabPlan => {
  const set = <T extends { readonly name: string; readonly rpFilter: ReversePathFilter }>(each: T): T =>
    names.includes(each.name) ? { ...each, rpFilter: mode } : each;
  return { ...plan, switches: plan.switches.map(set), servers: plan.servers.map(set) };
};
const all = machineNames;

describe("paths", () => {
  const plan = pathLab("vxlan");
  /** leaf1 goes back to leaf2's servers by spine1 alone; leaf2 sends by both. */
  const oneWay = { leaf1: ["10.0.102.0/24 via 172.16.0.0 swp51"] };

  test.each(["strict", "loose"] as const)(
    "%s everywhere drops nothing where the ways back are those of the packets",
    (mode) => {
      const filtered = filtering(plan, mode, ...all(plan));
      const prediction = predictLab(filtered);
      for (const [from, to] of [
        ["pod:node1", "pod:node2"],
        ["node2", "node1"],
        ["host1", "node1"],
        ["leaf1", "leaf2"],
        ["pod:node1", "service:web"],
        ["node1", "master1"],
      ] as const) {
        expect(pathIn(filtered, prediction, from, to)).toMatchObject({ verdict: "arrives", drops: [] });
      }
    },
  );

  test("strict drops what comes by a spine that the way back doesn't take; the outer header's source counts", () => {
    const filtered = filtering(plan, "strict", "leaf1");
    const prediction = withRoutes(filtered, oneWay);
    const path = pathIn(filtered, prediction, "pod:node2", "pod:node1");
    expect(path.verdict).toBe("depends");
    expect(path.drops).toEqual([
      {
        at: "leaf1",
        cause: "reverse path",
        reason: "leaf1 gets it by swp52, sends to 10.0.102.102 by swp51, and its reverse-path filter is strict",
      },
    ]);
    expect(
      path.steps
        .flat()
        .filter((hop) => hop.action === "drop")
        .map((hop) => hop.at),
    ).toEqual(["leaf1"]);
  });

  test("loose takes it, and a leaf that doesn't filter", () => {
    for (const filtered of [filtering(plan, "loose", "leaf1"), filtering(plan, "strict", "leaf2"), plan]) {
      expect(pathIn(filtered, withRoutes(filtered, oneWay), "pod:node2", "pod:node1")).toMatchObject({
        verdict: "arrives",
        drops: [],
      });
    }
  });

  test("where timing decides by which spine a leaf sends back, strict drops some flows or none", () => {
    const narrow = planOf({
      ...smallLab(),
      fabric: { spines: 2, leaves: [{ name: "leaf1", rpFilter: "strict", bgp: { maximumPaths: 1 } }, "leaf2"] },
      rules: { "rp-filter-ecmp": { off: "what it drops is what we test" } },
    });
    const path = pathIn(narrow, predictLab(narrow), "node2", "node1");
    expect(path.verdict).toBe("depends");
    expect(path.drops.map((each) => each.reason)).toEqual(
      ["swp51, may send to 10.0.102.102 by swp52", "swp52, may send to 10.0.102.102 by swp51"].map(
        (how) => `leaf1 gets it by ${how} alone, and its reverse-path filter is strict`,
      ),
    );
    expect(pathIn(narrow, predictLab(narrow), "node1", "node2").verdict).toBe("arrives");
  });

  test.each(["strict", "loose"] as const)(
    "%s drops what there is no way back to, and what goes back into a blackhole",
    (mode) => {
      const filtered = filtering(plan, mode, "leaf1");
      const whole = predictLab(filtered);
      const blind = withTables(whole, (machine) =>
        whole.fib(machine).filter((each) => machine !== "leaf1" || each.prefix !== "10.0.102.0/24"),
      );
      expect(pathIn(filtered, blind, "node2", "node1").drops[0]).toEqual({
        at: "leaf1",
        cause: "reverse path",
        reason: `leaf1 has no way back to 10.0.102.102, and its reverse-path filter is ${mode}`,
      });
      expect(
        pathIn(filtered, withRoutes(filtered, { leaf1: ["10.0.102.0/24 blackhole"] }), "node2", "node1").drops[0]
          ?.cause,
      ).toBe("reverse path");
    },
  );

  test("a leaf's bridge is the way in from its servers", () => {
    const filtered = filtering(plan, "strict", "leaf2", "host1", "node2");
    const prediction = withRoutes(filtered, {});
    expect(pathIn(filtered, prediction, "node2", "leaf2").verdict).toBe("arrives");
    expect(pathIn(filtered, prediction, "node2", "host1").verdict).toBe("arrives");
    const stray = withRoutes(filtered, { leaf2: ["10.0.102.102/32 via 172.16.0.2 swp51"] });
    expect(pathIn(filtered, stray, "node2", "spine1").drops).toEqual([
      {
        at: "leaf2",
        cause: "reverse path",
        reason: "leaf2 gets it by bridge, sends to 10.0.102.102 by swp51, and its reverse-path filter is strict",
      },
    ]);
  });

  test("a pod's packets to the outside have the node's address", () => {
    const filtered = filtering(plan, "loose", "leaf1", "leaf2");
    const prediction = predictLab(filtered);
    expect(pathIn(filtered, prediction, "pod:node1", "host1").verdict).toBe("arrives");
  });
});

describe("texts", () => {
  const plan = planOf({
    ...smallLab(),
    rpFilter: "strict",
    fabric: {
      spines: ["spine1", { name: "spine2", rpFilter: "off" }],
      leaves: [{ name: "leaf1", rpFilter: "loose" }, "leaf2"],
    },
  });
  const values = (text: string | undefined): string[] =>
    [...(text ?? "").matchAll(/sysctl -q -w net\.ipv4\.conf\.(\S+)\.rp_filter=(\d)/g)].map(
      (each) => `${each[1] ?? ""} ${each[2] ?? ""}`,
    );
  const INTERFACES = "/etc/network/interfaces";

  test("set every interface that has an address, off too", () => {
    expect(values(switchFiles(plan, "spine1")[INTERFACES])).toEqual(["swp1 1", "swp2 1"]);
    expect(values(switchFiles(plan, "spine2")[INTERFACES])).toEqual(["swp1 0", "swp2 0"]);
    expect(values(switchFiles(plan, "leaf1")[INTERFACES])).toEqual(["swp51 2", "swp52 2", "bridge 2"]);
    expect(values(nodeFiles(plan, "node2")[INTERFACES])).toEqual(["eth1 1"]);
  });

  test("are what verify looks for", () => {
    const spine = filtersOf(plan).find((each) => each.machine === "spine1")!;
    const node = filtersOf(plan).find((each) => each.machine === "node2")!;
    const sysctl = (all: number, one: number, two: number): string =>
      `net.ipv4.conf.all.rp_filter = ${all}\nnet.ipv4.conf.swp1.rp_filter = ${one}\nnet.ipv4.conf.swp2.rp_filter = ${two}\n`;
    expect(filterRow(spine, sysctl(0, 1, 1))).toMatchObject({ ok: true, expected: "swp1 strict, swp2 strict" });
    expect(filterRow(spine, sysctl(0, 1, 0))).toMatchObject({ ok: false, seen: "swp1 strict, swp2 off" });
    expect(filterRow(spine, sysctl(2, 1, 1))).toMatchObject({ ok: false, seen: "swp1 loose, swp2 loose" });
    expect(filterRow(node, sysctl(1, 1, 1))).toMatchObject({ ok: false, seen: "eth1 absent" });
  });
});
