import { predictLab } from "../../../plan/prediction";
import type { Path } from "../../../plan/paths";
import { predictionText } from "../../../report/predict/text";
import { predictionView } from "../../../report/predict/view";
import { planOf } from "./labs";
import { pathIn } from "./paths-labs";

const plan = planOf({
  name: "sources",
  management: { subnet: "192.168.217.0/24" },
  fabric: { spines: 1, leaves: 2 },
  nodes: [
    { name: "cp1", leaf: "leaf1", role: "control-plane" },
    { name: "n1", leaf: "leaf1" },
  ],
  hosts: [{ name: "client1", leaf: "leaf2" }],
  calico: { mode: "bgp" },
  workload: { namespace: "demo", name: "web", service: "web", localService: "web-local", replicas: 1 },
});
const prediction = predictLab(plan);

const path = (from: string, to: string): Path => pathIn(plan, prediction, from, to);
const sources = (of: Path): string[] => [...new Set(of.steps.flat().map(({ source }) => source))];

test("a service's packets from outside go on with the address of the node that translates them", () => {
  const found = path("client1", "service:web");
  expect(found.verdict).toBe("arrives");
  expect(sources(found)).toEqual(["10.0.102.201", "10.0.101.11", "10.0.101.101"]);
});

test("a pod's packets keep the pod's address", () => {
  expect(sources(path("pod:n1", "service:web"))).toHaveLength(1);
  expect(sources(path("pod:n1", "client1"))).toHaveLength(1);
});

test("the service that keeps to its nodes is an endpoint too", () => {
  expect(path("client1", "service:web-local")).toMatchObject({ verdict: "arrives", to: { kind: "service" } });
});

test("the text shows sources where somebody translates them, and the JSON always", () => {
  const view = (from: string, to: string): ReturnType<typeof predictionView> =>
    predictionView(plan, [], {
      session: false,
      rib: false,
      fib: false,
      path: [from, to],
      router: null,
      broken: { links: [], machines: [] },
      diff: false,
    });
  expect(predictionText(view("client1", "service:web"), false)).toMatch(/│ ttl │ from +│ to /);
  expect(predictionText(view("client1", "n1"), false)).toMatch(/│ ttl │ to /);
  expect(view("client1", "n1").paths?.[0]?.steps[0]?.[0]?.source).toBe("10.0.102.201");
});
