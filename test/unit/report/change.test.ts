import { allocate, planOf, type LabPlan } from "../../../plan";
import { changeText, networkChange, type NetworkChange } from "../../../report/change";
import { readSpec } from "../../../lab-spec";

const NODES = [
  { name: "n1", leaf: "leaf1", index: 1, role: "control-plane" },
  { name: "n2", leaf: "leaf2", index: 2 },
];

function lab(fabric: Record<string, unknown> = {}, more: Record<string, unknown> = {}): LabPlan {
  const { spec, problems } = readSpec({
    name: "lab",
    fabric: { spines: 2, leaves: 2, ...fabric },
    nodes: NODES,
    ...more,
  });
  if (spec === null) throw new Error(problems.map((each) => `${each.path}: ${each.message}`).join("; "));
  return planOf(allocate(spec));
}

const bgp = (settings: Record<string, unknown> = {}): Record<string, unknown> => ({
  calico: { mode: "bgp", bgp: settings },
});
const leaf2 = (settings: Record<string, unknown>): Record<string, unknown> => ({
  leaves: ["leaf1", { name: "leaf2", ...settings }],
});
const changed = (before: LabPlan, after: LabPlan): NetworkChange => {
  const found = networkChange(before, after);
  if (found === null) throw new Error("the same plan");
  return found;
};
const effects = (of: NetworkChange): string[] => of.sessions.map((each) => `${each.session} ${each.effect}`);

test("the same plan changes nothing", () => {
  expect(networkChange(lab(), lab())).toBeNull();
});

test("a leaf's AS number: all its sessions, with why, and nobody else's", () => {
  const of = changed(lab({}, bgp()), lab(leaf2({ as: 65199 }), bgp()));
  expect(effects(of)).toEqual(["leaf2-spine1 flaps", "leaf2-spine2 flaps", "n2-leaf2 flaps"]);
  expect(of.sessions[0]?.why).toBe("leaf2: AS number 65102 becomes 65199");
  expect(of.untouched).toBe(3);
  expect(of.routes).toEqual([]);
});

test.each([
  [
    "bfd, timers, maximum-paths, as-override, allowas-in",
    { bgp: { bfd: true, keepalive: 5, hold: 15, maximumPaths: 2, asOverride: true, allowasIn: 1 } },
  ],
  ["a hostname", { ...leaf2({ hostname: "other.lab.local" }) }],
])("%s: no session", (_, fabric) => {
  expect(effects(changed(lab(), lab(fabric)))).toEqual([]);
});

test("a router ID, and clients of a reflector", () => {
  expect(effects(changed(lab(), lab(leaf2({ loopback: "172.16.255.222" }))))).toEqual([
    "leaf2-spine1 flaps",
    "leaf2-spine2 flaps",
  ]);
  const inside = (routeReflector: boolean): LabPlan =>
    lab({
      asBase: { spines: 0, leaves: 0 },
      spines: ["spine1", "spine2"].map((name) => ({ name, as: 65000, bgp: { routeReflector } })),
      leaves: ["leaf1", "leaf2"].map((name) => ({ name, as: 65000 })),
    });
  expect(effects(changed(inside(false), inside(true)))).toEqual([
    "leaf1-spine1 flaps",
    "leaf1-spine2 flaps",
    "leaf2-spine1 flaps",
    "leaf2-spine2 flaps",
  ]);
});

test("passwords and a listening range: the sessions of nodes", () => {
  expect(effects(changed(lab({}, bgp()), lab({}, bgp({ password: true }))))).toEqual([
    "n1-leaf1 flaps",
    "n2-leaf2 flaps",
  ]);
  expect(effects(changed(lab({}, bgp()), lab({}, bgp({ discovery: "range" }))))).toEqual([
    "n1-leaf1 flaps",
    "n2-leaf2 flaps",
  ]);
});

test("a spine drained: no session, routes leave it", () => {
  const of = changed(lab(), lab({ spines: ["spine1", { name: "spine2", drain: true }] }));
  expect(effects(of)).toEqual([]);
  expect(of.routes).toContainEqual({
    machine: "leaf1",
    prefix: "10.0.102.0/24",
    was: "bgp via 172.16.0.0, 172.16.0.4",
    now: "bgp via 172.16.0.0",
  });
  expect(of.routes.filter((each) => each.now.includes("172.16.0.4")).map((each) => each.prefix)).toEqual([]);
});

test("a leaf with a node that comes: its own sessions, and no route of others loses a next hop", () => {
  const more = [...NODES, { name: "a3", leaf: "leaf3", index: 3 }];
  const of = changed(lab({}, bgp()), lab({ leaves: 3 }, { ...bgp(), nodes: more }));
  expect(effects(of)).toEqual(["a3-leaf3 appears", "leaf3-spine1 appears", "leaf3-spine2 appears"]);
  expect(of.routes.filter((each) => each.was !== "none" && !each.now.startsWith(each.was))).toEqual([]);
});

test("as text: effects counted, reasons and routes shown", () => {
  const text = changeText(changed(lab(), lab({ spines: ["spine1"] })));
  expect(text).toContain("BGP sessions: 2 disappear, 2 left alone");
  expect(text).toMatch(/leaf1 .*10\.0\.102\.0\/24 .*bgp via 172\.16\.0\.0, 172\.16\.0\.4 .*bgp via 172\.16\.0\.0 /);
});
