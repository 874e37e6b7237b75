import { readSpec } from "../../../lab-spec";
import { makePlan } from "../../../plan";
import { planOf, smallLab } from "../plan/labs";

const withAs = (as: unknown): unknown => ({
  ...smallLab(),
  fabric: { spines: [{ name: "spine1", as }], leaves: ["leaf1", "leaf2"] },
});

test.each([
  ["65166.10010", 4270728986],
  ["0.65001", 65001],
  ["64086.59904", 4200000000],
  ["1.0", 65536],
])("%s in asdot is %i (RFC 5396), and shown as that", (text, number) => {
  expect(readSpec(withAs(text)).problems).toEqual([]);
  const spine = makePlan(readSpec(withAs(text)).spec!).switches.find(({ name }) => name === "spine1");
  expect(spine?.as).toBe(number);
});

test("bases, nodes, the load balancer and written neighbors take asdot too", () => {
  const plan = planOf({
    ...smallLab(),
    fabric: { spines: 1, leaves: ["leaf1", "leaf2"], asBase: { spines: "1.0", leaves: "1.100" } },
    calico: { mode: "bgp", bgp: { as: "1.500" } },
  });
  expect(plan.switches.map(({ as }) => as)).toEqual([65537, 65637, 65638]);
  expect(plan.calico.bgp?.as).toBe(66036);
});

test("asdot that YAML took for a fraction is refused, with what to write", () => {
  const { problems } = readSpec(withAs(65166.1001));
  expect(problems).toEqual([
    expect.objectContaining({
      path: "fabric.spines[0].as",
      remedy:
        'Write asdot in quotes, such as "65166.10010" (YAML drops the last zeros of a fraction), or one number (RFC 5396).',
    }),
  ]);
});

test.each(["65536.1", "1.65536", "1.2.3", "x", "1."])("%s is no AS number", (text) => {
  expect(readSpec(withAs(text)).problems.map(({ rule }) => rule)).toEqual(["type"]);
});

test.each([
  ["fabric", { bgp: { maxPaths: 2 } }, "maximumPaths"],
  ["fabric", { spines: [{ name: "spine1", asn: 1 }] }, "as"],
  ["nodes", [{ name: "node1", leaf: "leaf1", role: "master" }], "control-plane"],
  ["kubernetes", { podSubnet: "10.0.0.0/8" }, "podCidr"],
])("what other tools say in %s is told by the name that it has here", (key, value, meant) => {
  const { problems } = readSpec({ ...smallLab(), [key]: value });
  expect(problems.map(({ remedy }) => remedy)).toContain(`Did you mean "${meant}"?`);
});

test.each(["constructor", "toString", "__proto__"])("a setting called %s is told what is known here", (key) => {
  const value: unknown = JSON.parse(`{"name": "x", "${key}": 1}`);
  expect(readSpec(value).problems.map(({ rule }) => rule)).toContain("unknown-setting");
});
