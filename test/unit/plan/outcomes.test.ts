import { isError, type Problem } from "../../../lab-spec";
import { judgeSpec, OUTCOME_RULES } from "../../../plan";
import { stackValue } from "./labs";

type Spec = Record<string, unknown>;
const lab = (fabric: unknown, more: Spec = {}): Spec => ({
  name: "o",
  management: { subnet: "192.168.219.0/24" },
  fabric,
  nodes: [
    { name: "cp", leaf: "leaf1", role: "control-plane", index: 1 },
    { name: "w2", leaf: "leaf2", index: 1 },
  ],
  calico: { mode: "bgp" },
  ...more,
});
const OUTCOMES = new Set(OUTCOME_RULES.map(({ name }) => name));

/** What the rules about outcomes say, a line each: where, what, by which rule. */
function said(value: unknown, options = {}): string[] {
  const parsed = judgeSpec(value, undefined, options);
  const problems: Problem[] = [...("problems" in parsed ? parsed.problems : []), ...parsed.warnings];
  const foreign = problems.filter(({ rule }) => !OUTCOMES.has(rule) && !rule.endsWith("-unbuilt"));
  expect(foreign.filter(isError).map(({ message }) => message)).toEqual([]);
  for (const { remedy } of problems) expect(remedy).toMatch(/\.$/);
  return problems
    .filter(({ rule }) => OUTCOMES.has(rule))
    .map(({ path, message, rule }) => `${path}: ${message} [${rule}]`);
}
const rulesOf = (lines: readonly string[]): string[] => [
  ...new Set(lines.map((line) => /\[([a-z-]+)\]$/.exec(line)?.[1] ?? "")),
];

test.each(["dev", "vxlan", "bgp", "bgp-rr"])(
  "nothing is said of the committed stack %s, whose every pair arrives",
  (stack) => {
    expect(said(stackValue(stack))).toEqual([]);
  },
);

const summary = (prefix: string): Spec => ({ aggregates: [{ prefix, summaryOnly: true }] });
const leaves = (of: Spec): Spec[] => [
  { name: "leaf1", ...of },
  { name: "leaf2", ...of },
];

test("leaves that summarise what others have too discard what is for the others", () => {
  const lines = said(lab({ spines: 1, leaves: leaves(summary("10.64.0.0/12")) }));
  expect(lines[0]).toBe(
    "fabric.leaves[0].aggregates[0].prefix: leaf1 discards what 10.64.0.0/12 covers and no longer prefix does: " +
      "nothing gets from pod:cp to pod:w2 and cp to pod:w2 [path-dead]",
  );
  expect(rulesOf(lines)).toEqual(["path-dead"]);
});

test("server subnets that leaves summarise leave the API server out of reach", () => {
  const lines = said(lab({ spines: 2, leaves: leaves(summary("10.0.0.0/16")) }, { calico: { mode: "vxlan" } }));
  expect(lines.filter((line) => line.includes("pod:w2 to cp"))).toHaveLength(1);
  expect(rulesOf(lines)).toContain("path-dead");
});

test("a network that a leaf announces and has no way to is told where it is written", () => {
  const fabric = { spines: 1, leaves: [{ name: "leaf1", networks: ["10.0.102.101/32"] }, "leaf2"] };
  const [line] = said(lab(fabric, { rules: { "network-range": { off: "it is what is tested" } } }));
  expect(line).toMatch(
    /^fabric\.leaves\[0\]\.networks\[0\]: leaf1 discards what 10\.0\.102\.101\/32 covers.*\[path-dead\]$/,
  );
});

test("spines that summarise racks lose what they have no other way to, once a link is down: told once for all links that are alike", () => {
  const spines = ["spine1", "spine2"].map((name) => ({ name, ...summary("10.0.0.0/16") }));
  const value = lab({ spines, leaves: 2 }, { calico: { mode: "vxlan" } });
  const lines = said(value);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^fabric\.leaves\[0\]: with the link leaf1-spine1 down \(and so with leaf1-spine2, leaf2-spine1 and leaf2-spine2\), spine1 discards what 10\.0\.0\.0\/16 covers .*some flows are lost from .* \[single-failure\]$/,
  );
  expect(said(value, { failures: false })).toEqual([]);
});

test("what a leaf that is down has behind it is lost with it, and nobody's fault", () => {
  expect(said(lab({ spines: 2, leaves: 2 }))).toEqual([]);
  expect(said(lab({ spines: 1, leaves: 2 }))).toEqual([]);
});

test("a mesh across racks whose next hops only BGP knows", () => {
  const lines = said(
    lab({ spines: 1, leaves: 2 }, { calico: { mode: "bgp", bgp: { mesh: true, acrossRacks: "none" } } }),
  );
  expect(lines.join("\n")).toMatch(
    /nodes\[0\]: cp has learned 10\.64\.\S+, and no way to its next hop: nothing gets from pod:cp to pod:w2/,
  );
});

test("pods whose packets no link takes", () => {
  const lines = said(lab({ spines: 1, leaves: 2 }, { calico: { mode: "vxlan", podMtu: 1500 } }));
  expect(lines[0]).toMatch(/^calico\.podMtu: pods send packets of 1500 bytes, and \S+ takes 1450: .*\[path-mtu\]$/);
});

test("a load balancer that its neighbors take for a router", () => {
  const netscaler = { name: "lb", leaf: "leaf1", address: "10.0.101.50", as: 65500, vips: ["10.20.0.1"] };
  const calico = { mode: "bgp", bgp: { nodeAs: "rack" } };
  const lines = said(
    lab({ spines: 1, leaves: 2 }, { calico, netscaler, hosts: [{ name: "client", leaf: "leaf1", index: 1 }] }),
  );
  expect(
    lines.filter((line) => /^netscaler: lb is no router, and passes on .*\[path-transit\]$/.test(line)),
  ).toHaveLength(1);
  expect(lines.filter((line) => line.includes("vip:10.20.0.1"))).not.toEqual([]);
});

test("leaves that reflect and put themselves in as next hop towards spines", () => {
  const as = 65000;
  const fabric = {
    bgp: { routeReflector: true, nextHopSelf: true },
    spines: ["spine1", "spine2"].map((name) => ({ name, as })),
    leaves: ["leaf1", "leaf2"].map((name) => ({ name, as })),
  };
  const lines = said(lab(fabric, { calico: { mode: "bgp", bgp: { as } } }));
  expect(lines[0]).toMatch(/it comes back to leaf\d: leaf\d > spine\d > leaf\d: some flows are lost/);
});

test("sessions that stay down are told by their reason, those of one reason together", () => {
  const neighbors = [{ address: "172.16.255.101", remoteAs: 65101, multihop: 2 }];
  const fabric = { spines: 1, leaves: ["leaf1", { name: "leaf2", neighbors }] };
  expect(said(lab(fabric, { rules: { "neighbor-one-sided": { off: "it is what is tested" } } }))).toEqual([]);
});

test("a rule that is switched off says nothing, and says so where it is asked for all the same", () => {
  const off = { "path-dead": { off: "the drill is about it" } };
  expect(rulesOf(said(lab({ spines: 1, leaves: leaves(summary("10.64.0.0/12")) }, { rules: off })))).not.toContain(
    "path-dead",
  );
});

test("in a lab that another rule refuses nothing is said of outcomes", () => {
  const parsed = judgeSpec(
    lab({
      spines: 1,
      leaves: [
        { name: "leaf1", as: 65100 },
        { name: "leaf2", as: 65100 },
      ],
    }),
  );
  expect("problems" in parsed && parsed.problems.map(({ rule }) => rule)).toEqual(["duplicate-as"]);
});

test("in a big lab endpoints that are alike are asked once, and one that differs is found all the same", () => {
  const names = Array.from({ length: 24 }, (_, i) => `leaf${i + 1}`);
  const nodes = names.flatMap((leaf, i) => [
    { name: `a${i + 1}`, leaf, index: 1, ...(i === 0 ? { role: "control-plane" } : {}) },
    { name: `b${i + 1}`, leaf, index: 2 },
  ]);
  const fabric = (of: (name: string) => unknown): Spec => ({
    spines: 2,
    leaves: names.map(of),
    links: { pool: "172.16.0.0/22" },
  });
  expect(
    said(
      lab(
        fabric((name) => name),
        { nodes },
      ),
    ),
  ).toEqual([]);
  const broken = fabric((name) => (["leaf21", "leaf22"].includes(name) ? { name, ...summary("10.64.0.0/12") } : name));
  expect(
    said(lab(broken, { nodes, rules: { "aggregate-empty": { off: "it is what is tested" } } }), {
      failures: false,
    }).join("\n"),
  ).toMatch(/leaf2[12] discards what 10\.64\.0\.0\/12 covers/);
});
