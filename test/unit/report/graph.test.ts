import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { allocate, planOf, type LabPlan } from "../../../plan";
import { drawn, graphOf, type LabGraph } from "../../../report/graph";
import { readSpec } from "../../../lab-spec";

function planned(
  stack: string,
  edit: (lab: { calico: { bgp?: object } } & Record<string, unknown>) => void = () => undefined,
): LabPlan {
  const file = parse(readFileSync(path.join(__dirname, "..", "..", "..", `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, { calico: { bgp?: object } } & Record<string, unknown>>;
  };
  const lab = file.config["fabriclab:lab"]!;
  edit(lab);
  return planOf(allocate(readSpec(lab).spec!));
}

const edges = ({ edges: all }: LabGraph): string[] =>
  all.map((each) => `${each.kind} ${each.a} ${each.b} ${each.state ?? "none"}${each.broken ? " broken" : ""}`);

describe("the picture of a lab", () => {
  test("has every machine in its rack, every cable with what its ends are", () => {
    const graph = graphOf(planned("vxlan"));
    expect(graph.machines.map(({ name, role, rack }) => `${name} ${role} ${rack ?? "-"}`)).toEqual([
      "spine1 spine -",
      "spine2 spine -",
      "leaf1 leaf leaf1",
      "leaf2 leaf leaf2",
      "k8s-master-l1-1 control-plane leaf1",
      "k8s-node-l1-1 worker leaf1",
      "k8s-node-l1-2 worker leaf1",
      "k8s-node-l2-1 worker leaf2",
      "k8s-node-l2-2 worker leaf2",
    ]);
    expect(edges(graph)).toEqual([
      "cable spine1 leaf1 ESTABLISHED",
      "cable spine2 leaf1 ESTABLISHED",
      "cable spine1 leaf2 ESTABLISHED",
      "cable spine2 leaf2 ESTABLISHED",
      "cable leaf1 k8s-master-l1-1 none",
      "cable leaf1 k8s-node-l1-1 none",
      "cable leaf1 k8s-node-l1-2 none",
      "cable leaf2 k8s-node-l2-1 none",
      "cable leaf2 k8s-node-l2-2 none",
    ]);
    expect(graph.edges[0]).toMatchObject({ aPort: "swp1 172.16.0.0", bPort: "swp51 172.16.0.1" });
  });

  test("has sessions that no cable carries, as those of route reflectors", () => {
    const graph = graphOf(planned("bgp-rr"));
    expect(edges(graph).filter((each) => each.startsWith("session"))).toHaveLength(7); // two reflectors with three clients each, and with each other
    expect(graph.machines.filter(({ details }) => details.includes("route reflector")).map(({ name }) => name)).toEqual(
      ["k8s-node-l1-1", "k8s-node-l2-1"],
    );
  });

  test("shows a session that doesn't come up, and why", async () => {
    const plan = planned("bgp");
    const graph = graphOf({
      ...plan,
      switches: plan.switches.map((each) => (each.name === "spine1" ? { ...each, as: 65009 } : each)),
    });
    const down = graph.edges.filter(({ state }) => state !== null && state !== "ESTABLISHED");
    expect(down.map(({ name }) => name)).toEqual(["leaf1-spine1", "leaf2-spine1"]);
    expect(down.map(({ reason }) => reason).join()).toMatch(/65009/);
    expect(await drawn(graph, "mermaid")).toMatch(/m0 ---\|[A-Z_]+\| m2\n/);
    expect(await drawn(graph, "svg")).toMatch(/#c0392b/);
  });

  test("shows what is broken, and takes its sessions for gone", async () => {
    const graph = graphOf(planned("vxlan"), { links: ["leaf1-spine1"], machines: ["spine2"] });
    expect(
      graph.edges.filter(({ broken }) => broken).map(({ name, state }) => [name, state === "ESTABLISHED"]),
    ).toEqual([
      ["leaf1-spine1", false],
      ["leaf1-spine2", false],
      ["leaf2-spine2", false],
    ]);
    expect(
      graph.edges.filter(({ broken, state }) => !broken && state === "ESTABLISHED").map(({ name }) => name),
    ).toEqual(["leaf2-spine1"]);
    expect(await drawn(graph, "mermaid")).toMatch(/classDef broken .*\n {2}class m1 broken\n$/);
  });

  test("is drawn in every format, with every machine's name", async () => {
    const plan = planned("bgp");
    const graph = graphOf(plan);
    const formats = {
      mermaid: /^flowchart TD\n/,
      svg: /^<\?xml [\s\S]*<\/svg>\s*$/,
      dot: /^graph "?bgp"? \{/,
      json: /^\{/,
    } as const;
    for (const [format, shape] of Object.entries(formats)) {
      const text = (await drawn(graph, format as keyof typeof formats)).replaceAll("&#45;", "-");
      expect(text).toMatch(shape);
      for (const { name } of graph.machines) expect(text).toContain(name);
    }
    expect(JSON.parse(await drawn(graph, "json"))).toEqual(JSON.parse(JSON.stringify(graph)));
  });
});
