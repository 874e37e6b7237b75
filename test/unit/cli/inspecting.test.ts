import { inspection, inspectionTables, type LiveMachine } from "../../../cli/inspecting";
import { machineNames } from "../../../plan/lookup";
import { planOf, smallLab } from "../plan/labs";

const plan = planOf({ ...smallLab(), calico: { mode: "bgp" }, hosts: [{ name: "client1", leaf: "leaf2" }] });

/** Every machine runs, with all ends of its cables up. */
function running(): Record<string, LiveMachine> {
  const ends = plan.links.flatMap(({ a, b, mtu }) => [a, b].map((end) => ({ ...end, mtu })));
  return Object.fromEntries(
    machineNames(plan).map((name) => [
      name,
      {
        state: "running",
        interfaces: ends
          .filter(({ machine }) => machine === name)
          .map((end) => ({ name: end.interface, up: true, mtu: end.mtu })),
      },
    ]),
  );
}

test("lists every machine: switches, nodes and hosts", () => {
  const seen = inspection(plan, { client1: { host: "127.0.0.1", port: 2222 } }, running());
  expect(seen.machines.map(({ name, role }) => [name, role])).toEqual([
    ["spine1", "spine"],
    ["spine2", "spine"],
    ["leaf1", "leaf"],
    ["leaf2", "leaf"],
    ["master1", "control-plane"],
    ["node1", "worker"],
    ["node2", "worker"],
    ["client1", "host"],
  ]);
  expect(seen.machines.at(-1)).toEqual({
    name: "client1",
    role: "host",
    state: "running",
    ssh: "127.0.0.1:2222",
    as: null,
    address: "10.0.102.201/24",
    interfaces: [{ name: "eth1", addresses: ["10.0.102.201/24"] }],
  });
  expect(inspectionTables(seen, false)).toContain("client1");
});

test("a link shows the addresses of both its ends, a host's too", () => {
  const { links } = inspection(plan, {}, running());
  const addresses = Object.fromEntries(links.map((each) => [each.name, each.addresses]));
  expect(addresses["leaf1-spine1"]).toBe("172.16.0.1/31 - 172.16.0.0/31");
  expect(addresses["node1-leaf1"]).toBe("10.0.101.101/24");
  expect(addresses["client1-leaf2"]).toBe("10.0.102.201/24");
  expect(links.map((each) => each.state)).toEqual(links.map(() => "up"));
});

test("what does not answer, is missing or down stands with its link", () => {
  const live = running();
  live["client1"] = { state: "running", interfaces: null };
  live["node1"] = { state: "running", interfaces: [{ name: "eth1", up: false, mtu: 1400 }] };
  const states = Object.fromEntries(inspection(plan, {}, live).links.map((each) => [each.name, each.state]));
  expect(states["client1-leaf2"]).toBe("client1 does not answer");
  expect(states["node1-leaf1"]).toMatch(/node1 eth1 down, node1 eth1 mtu 1400/);
  expect(states["leaf1-spine1"]).toBe("up");
});
