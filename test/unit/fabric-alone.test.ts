/** A lab without nodes: a fabric alone, of which everything that is of a cluster stays away. */
import { CHECKS } from "../../verify";
import type { LabAccess } from "../../verify/types";
import { fabricFlowsOf } from "../../drill/probe/flows";
import { hasCluster } from "../../plan/cluster";
import { endpointsOf } from "../../plan/paths";
import { predictLab } from "../../plan/prediction";
import { parseSpec } from "../../plan";
import { COMMAND, CONFIGURATION, LINK, MACHINE, runProgram } from "./components/program";
import { anyPlanOf, stackValue } from "./plan/labs";

const value = stackValue("fabric");
const plan = anyPlanOf(value);
const bare = anyPlanOf({ name: "bare", fabric: { spines: 1, leaves: 3 } });

test("has no cluster, no Calico, no workload in its plan, and no range of theirs", () => {
  expect([plan.cluster, plan.calico, plan.workload, hasCluster(plan)]).toEqual([null, null, null, false]);
  // The default pod range, of which a lab with nodes would be refused such loopbacks.
  const loopbacks = { name: "bare", fabric: { spines: 1, leaves: 1, loopbacks: "10.64.0.0/16" } };
  expect(parseSpec(loopbacks)).toMatchObject({ warnings: [] });
  expect(parseSpec({ ...loopbacks, nodes: [{ name: "m1", role: "control-plane", leaf: "leaf1" }] })).toMatchObject({
    problems: [{ rule: "overlap" }],
  });
});

test("is predicted: every session up, and hosts reach each other", () => {
  const prediction = predictLab(plan);
  expect(prediction.sessions.map(({ state }) => state)).toEqual(Array<string>(8).fill("ESTABLISHED"));
  expect(prediction.blocksOf).toEqual({});
  expect(endpointsOf(plan, prediction.blocksOf).map(({ name }) => name)).toEqual([
    "client1",
    "client4",
    ...plan.switches.map(({ name }) => name),
  ]);
});

test("registers machines, cables and their configuration, and nothing of Kubernetes", async () => {
  const made = await runProgram({ stack: "fabric", value });
  expect(made.ofType(MACHINE)).toHaveLength(plan.switches.length + plan.servers.length);
  expect(made.ofType(LINK)).toHaveLength(plan.links.length);
  expect(made.ofType(CONFIGURATION).map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...plan.switches.map(({ name }) => `${name}-config`),
      "client1-network",
      "client4-network",
    ]),
  );
  expect(made.ofType(COMMAND)).toEqual([]);
  expect(made.all.filter(({ type }) => type.includes("kubernetes"))).toEqual([]);
  expect(Object.keys(made.outputs)).not.toContain("kubeconfig");
});

test("is asked nothing of a cluster by verify, which says so of every check that has nothing to test", async () => {
  const access: LabAccess = {
    plan,
    run: (machine, command) => Promise.reject(new Error(`${machine} was asked: ${command}`)),
    once: (_, work) => work(),
  };
  const rows = await Promise.all(
    CHECKS.map(async ({ id, needs, run }) => ({ id, needs, rows: await run(access).catch(() => null) })),
  );
  const idle = rows.filter((each) => each.rows?.length === 0);
  expect(idle.filter(({ needs }) => needs === undefined).map(({ id }) => id)).toEqual([]);
  expect(idle.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["nodes", "system", "objects", "overlay", "node-bgp", "pod-paths", "service", "dns"]),
  );
});

test("is probed between hosts of different racks, and between loopbacks of leaves where there are none", () => {
  expect(fabricFlowsOf(plan).map(({ name }) => name)).toEqual([
    "client1 10.0.101.201 > client4 10.0.104.204",
    "client4 10.0.104.204 > client1 10.0.101.201",
  ]);
  const flows = fabricFlowsOf(bare);
  expect(flows).toHaveLength(6);
  expect(flows[0]).toMatchObject({
    source: { machine: "leaf1", namespace: null, address: "172.16.255.101" },
    to: "leaf2",
    address: "172.16.255.102",
  });
});
