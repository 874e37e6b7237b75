import { blocksFor, endpointNamed, type Path } from "../../../plan/paths";
import { predictLab } from "../../../plan/prediction";
import { planOf } from "./labs";
import { pathIn } from "./paths-labs";

const workload = { namespace: "demo", name: "web", service: "web", localService: "web-local" };
const lab = (replicas: number): unknown => ({
  name: "ports",
  management: { subnet: "192.168.217.0/24" },
  fabric: { spines: 1, leaves: 2 },
  nodes: [
    { name: "cp1", leaf: "leaf1", role: "control-plane" },
    { name: "w1", leaf: "leaf1" },
    { name: "w2", leaf: "leaf2" },
  ],
  hosts: [{ name: "client1", leaf: "leaf2" }],
  calico: { mode: "bgp" },
  workload: { ...workload, replicas },
});

function path(from: string, to: string, replicas = 2): Path {
  const plan = planOf(lab(replicas));
  return pathIn(plan, predictLab(plan), from, to);
}
const arrivals = ({ arrivals: found }: Path): string[] => found.map(({ at }) => at).sort();

describe("the port of a local service on a node, kube-proxy with externalTrafficPolicy Local", () => {
  test("hands packets from outside to the node's own pod, their source as it is", () => {
    const found = path("client1", "nodeport:w1");
    expect([found.verdict, arrivals(found)]).toEqual(["arrives", ["pod:w1"]]);
    expect(found.steps.flat().find(({ action }) => action === "receive")?.source).toBe(found.from.address);
  });

  test("drops packets from outside at a node that runs no pod of it", () => {
    const found = path("client1", "nodeport:cp1");
    expect([found.verdict, found.drops.map(({ at, cause }) => [at, cause])]).toEqual([
      "dropped",
      [["cp1", "no endpoint"]],
    ]);
  });

  test("depends on where the pods are while there are fewer than workers", () => {
    expect(path("client1", "nodeport:w1", 1).verdict).toBe("depends");
  });

  test("takes what pods and the node itself send to any pod; another node is outside", () => {
    expect(arrivals(path("pod:w1", "nodeport:cp1"))).toEqual(["pod:w1", "pod:w2"]);
    expect(arrivals(path("cp1", "nodeport:cp1"))).toEqual(["pod:w1", "pod:w2"]);
    expect(arrivals(path("cp1", "nodeport:w2"))).toEqual(["pod:w2"]);
  });
});

test("a lab without a local service has no such endpoint", () => {
  const plan = planOf({ ...(lab(2) as object), workload: { ...workload, localService: undefined, replicas: 2 } });
  const blocks = blocksFor(plan, predictLab(plan));
  expect(() => endpointNamed("nodeport:w1", plan, blocks)).toThrow('no endpoint "nodeport:w1"');
});
