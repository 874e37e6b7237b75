import { predictLab } from "../../../plan/prediction";
import { blocksFor, endpointsOf, isSource, tracerOf } from "../../../plan/paths";
import { switchFiles } from "../../../plan/render";
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
