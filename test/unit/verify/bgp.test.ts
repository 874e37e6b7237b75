import { sessionRows } from "../../../verify/checks/sessions";
import { neighborsOf } from "../../../verify/expected";
import { parseStatus, peerRows } from "../../../verify/checks/node-bgp";
import { learnedRows } from "../../../verify/checks/forwarding";
import { parseRoutes } from "../../../verify/facts/routes";
import { predictLab } from "../../../plan/prediction";
import { planOf, smallLab } from "../plan/labs";

const plan = planOf({ ...smallLab(), calico: { mode: "bgp" } });
const prediction = predictLab(plan, { blocks: { master1: [], node1: ["10.64.0.0/26"], node2: ["10.64.0.64/26"] } });

describe("calicoctl node status", () => {
  const text = `Calico process is running.

IPv4 BGP status
+--------------+---------------+-------+----------+--------------------------------+
| PEER ADDRESS |   PEER TYPE   | STATE |  SINCE   |              INFO              |
+--------------+---------------+-------+----------+--------------------------------+
| 10.0.101.1   | node specific | up    | 09:26:27 | Established                    |
| 10.0.102.1   | node specific | start | 09:26:29 | Connect Socket: No route       |
| 10.0.103.1   | node specific | start | 09:26:29 |                                |
+--------------+---------------+-------+----------+--------------------------------+

IPv6 BGP status
No IPv6 peers found.
`;

  test("is read peer by peer", () => {
    expect([...parseStatus(text)]).toEqual([
      ["10.0.101.1", "Established"],
      ["10.0.102.1", "Connect Socket: No route"],
      ["10.0.103.1", "start"],
    ]);
  });

  test("is compared with the predicted peers", () => {
    const rows = peerRows("node1", neighborsOf("node1", prediction.sessions), parseStatus(text));
    expect(rows.map(({ subject, seen, ok }) => [subject, seen, ok])).toEqual([
      ["node1 to leaf1 10.0.101.1", "Established", true],
      ["node1 other peers", "10.0.102.1, 10.0.103.1", false],
    ]);
    expect(peerRows("node1", neighborsOf("node1", prediction.sessions), new Map())[0]).toMatchObject({
      seen: "no such peer",
      ok: false,
    });
  });
});

describe("a switch's neighbors", () => {
  const leaf1 = plan.switches.find((each) => each.name === "leaf1")!;
  const up = neighborsOf("leaf1", prediction.sessions).map(({ address, as }) => ({
    address,
    remoteAs: as,
    state: "Established",
    received: 1,
  }));
  const summary = { as: 65101, routerId: "172.16.255.101", ribEntries: 1, peers: up };

  test("are its spines and its nodes", () => {
    expect(neighborsOf("leaf1", prediction.sessions).map(({ name, as }) => [name, as])).toEqual([
      ["spine1", 65001],
      ["spine2", 65002],
      ["master1", 64512],
      ["node1", 64512],
    ]);
    expect(sessionRows(leaf1, neighborsOf("leaf1", prediction.sessions), summary).every((row) => row.ok)).toBe(true);
  });

  test("one too many or down is a failure", () => {
    const stranger = { address: "10.0.101.9", remoteAs: 64512, state: "Established", received: 0 };
    const bad = (peers: typeof up): string[] =>
      sessionRows(leaf1, neighborsOf("leaf1", prediction.sessions), { ...summary, peers })
        .filter((row) => !row.ok)
        .map((row) => row.subject);
    expect(bad([...up, stranger])).toEqual(["leaf1 all neighbors"]);
    expect(bad(up.map((peer, i) => (i === 0 ? { ...peer, state: "Active" } : peer)))).toEqual([
      "leaf1 to spine1 172.16.0.0",
    ]);
  });
});

describe("kernel routes", () => {
  const routes = (of: object[]): ReturnType<typeof parseRoutes> => parseRoutes(of as Parameters<typeof parseRoutes>[0]);
  const learned = prediction.fib("node1").filter((entry) => entry.kind === "bgp");
  const right = learned.map(({ prefix, nextHops }) => ({
    dst: prefix,
    protocol: "bird",
    gateway: nextHops[0]?.address,
    dev: "eth1",
  }));

  test("of a node are the predicted ones; the blackhole of its own block is none", () => {
    expect(learned.length).toBeGreaterThan(0);
    const rows = learnedRows(
      "node1",
      prediction.fib("node1"),
      "bird",
      routes([...right, { type: "blackhole", dst: "10.64.0.0/26", protocol: "bird" }]),
    );
    expect(rows.filter((row) => !row.ok)).toEqual([]);
  });

  test("one missing, one wrong and one too many are failures", () => {
    const rows = learnedRows(
      "node1",
      prediction.fib("node1"),
      "bird",
      routes([
        { ...right[0], gateway: "10.0.101.77" },
        ...right.slice(2),
        { dst: "10.99.0.0/16", protocol: "bird", gateway: "10.0.101.1", dev: "eth1" },
      ]),
    );
    expect(rows.filter((row) => !row.ok).map((row) => row.seen)).toEqual([
      "via 10.0.101.77",
      "no route",
      "10.99.0.0/16",
    ]);
  });
});
