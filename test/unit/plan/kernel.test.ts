import { kernelNeeds, kernelOf, mayHaveOwnKernel } from "../../../plan/kernel";
import { nodesOf } from "../../../plan/lookup";
import { anyPlanOf, planOf, smallLab } from "./labs";

const ipip = (change: object = {}) =>
  planOf({ ...smallLab(), calico: { routing: "mesh", encapsulation: "IPIP" }, ...change });
const nodes = nodesOf(ipip());
const node = nodes.find(({ role }) => role === "worker");
const master = nodes.find(({ role }) => role === "control-plane");
const [leaf] = ipip().switches.filter(({ tier }) => tier === 0);

test("workers of a lab with IPIP need IP in IP, whenever it is used; nothing else needs anything", () => {
  expect(kernelNeeds(ipip(), node!)).toEqual(["ipip"]);
  const cross = planOf({ ...smallLab(), calico: { routing: "mesh", encapsulation: "IPIPCrossSubnet" } });
  expect(kernelNeeds(cross, node!)).toEqual(["ipip"]);
  for (const machine of [leaf!, master!]) expect(kernelNeeds(ipip(), machine)).toEqual([]);
  expect(kernelNeeds(planOf(smallLab()), node!)).toEqual([]);
});

test.each([
  ["host", ["ipip"], "host"],
  ["own", [], "own"],
  ["auto", [], "host"],
  ["auto", ["ipip"], "own"],
  ["auto", ["vrf"], "host"],
] as const)("kernel %s on a host that lacks %j is %s", (kernel, lacks, expected) => {
  expect(kernelOf(ipip(), { ...node!, kernel }, lacks)).toBe(expected);
});

test("a machine's own choice goes before the lab's", () => {
  const plan = anyPlanOf({
    name: "mixed",
    kernel: "own",
    fabric: { spines: 1, leaves: [{ name: "leaf1", kernel: "host" }, "leaf2"] },
    hosts: [{ name: "client1", leaf: "leaf1", kernel: "auto" }],
  });
  expect(Object.fromEntries([...plan.switches, ...plan.servers].map(({ name, kernel }) => [name, kernel]))).toEqual({
    spine1: "own",
    leaf1: "host",
    leaf2: "own",
    client1: "auto",
  });
});

test("set-up makes own kernels for a lab that has one, or may come to have one", () => {
  expect(mayHaveOwnKernel(ipip())).toBe(true);
  expect(mayHaveOwnKernel(ipip({ kernel: "host" }))).toBe(false);
  expect(mayHaveOwnKernel(planOf(smallLab()))).toBe(false);
  expect(mayHaveOwnKernel(planOf({ ...smallLab(), kernel: "own" }))).toBe(true);
});
