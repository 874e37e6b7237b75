import { memberProgram } from "../../../provider/configuration/programs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { homeOf, hostsOf, nodesOf } from "../../../plan/lookup";
import { labValue, stackLab } from "../../../pulumi/stack-lab";
import { checkStackText } from "../../../report/findings";
import { checkedText } from "../../../report/check-text";
import { drawn, graphOf } from "../../../report/graph";
import { expectText } from "../fixture-text";
import { parseBroken } from "../../../report/predict/broken";
import { predictionText } from "../../../report/predict/text";
import { predictionView, type Question } from "../../../report/predict/view";
import { clusterLab, type ClusterLabPlan } from "../../../plan/cluster";
import type { LabPlan } from "../../../plan";
import {
  bgpConfiguration,
  bgpPeers,
  felixConfiguration,
  ipPool,
  kubeadmInit,
  neededSessions,
  nodeFiles,
  serverFiles,
  speakerMarks,
  switchFiles,
} from "../../../plan/render";

/**
 * What the committed stacks come to: a change of the code's shape changes none of it, and of no text a byte. test/fixtures/committed/<stack> was
 * written at commit 6281516. A change of behaviour that is meant writes the files anew, and its diff shows what it does to every lab.
 */
const STACKS = ["dev", "vxlan", "bgp", "bgp-rr"];
const ROOT = join(__dirname, "../../..");

const fixtureFile = (stack: string, name: string): string => join(ROOT, "test/fixtures/committed", stack, name);
const fixture = (stack: string, name: string): string => readFileSync(fixtureFile(stack, name), "utf8");
const expectFile = (stack: string, name: string, text: string): void => {
  expectText(fixtureFile(stack, name), text);
};
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const NOTHING = { links: [], machines: [] };
const WORKLOADS: Question = {
  session: false,
  rib: false,
  fib: false,
  path: null,
  router: null,
  broken: NOTHING,
  diff: false,
};

function planned(stack: string): ClusterLabPlan {
  const { plan, problems } = stackLab(labValue(ROOT, stack));
  expect(problems).toEqual([]);
  return clusterLab(plan!);
}

/** The text of every file of every machine, Calico's objects, and the file for kubeadm. */
function textsOf(plan: ClusterLabPlan): unknown {
  const secrets = { bgpPassword: plan.calico.bgp?.password === true ? "secret" : null };
  return {
    machines: Object.fromEntries([
      ...plan.switches.map(({ name }) => [name, switchFiles(plan, name, secrets)] as const),
      ...nodesOf(plan).map(({ name }) => [name, nodeFiles(plan, name)] as const),
      ...hostsOf(plan).map((host) => [host.name, serverFiles(host)] as const),
    ]),
    calico: {
      ipPool: ipPool(plan),
      felix: felixConfiguration(plan),
      bgpConfiguration: bgpConfiguration(plan),
      peers: bgpPeers(plan),
      needed: neededSessions(plan),
      marks:
        plan.calico.bgp === null
          ? []
          : nodesOf(plan).map((node) => memberProgram({ node: "", cluster: "", ...speakerMarks(node, plan) }).stdin),
    },
    kubeadmInit: [[nodesOf(plan)[0]?.name, kubeadmInit(plan)]],
  };
}

/** The plan's own values, whatever shape it has: addresses, AS numbers, ports, neighbors, links, sessions. */
function valuesOf(plan: LabPlan): unknown {
  const { name, domain, management, links, sessions, cluster, workload } = plan;
  return {
    switches: plan.switches.map(({ tier: _tier, kernel: _kernel, ...rest }) => rest),
    servers: plan.servers.map(({ uplinks, kernel: _kernel, ...server }) => {
      const { interface: uplink, ...place } = homeOf({ name: server.name, uplinks });
      return { ...server, uplink, ...place };
    }),
    ...{ name, domain, management, links, sessions, cluster, workload },
  };
}

describe.each(STACKS)("stack %s", (stack) => {
  const plan = planned(stack);

  test("values of the plan", () => {
    expect(json(valuesOf(plan))).toEqual(JSON.parse(fixture(stack, "values.json")));
  });

  test("texts of machines, of Calico and of kubeadm", () => {
    expect(json(textsOf(plan))).toEqual(JSON.parse(fixture(stack, "texts.json")));
  });

  test("prediction: every session, BGP path and route", () => {
    const view = predictionView(plan, [], { ...WORKLOADS, session: true, rib: true, fib: true });
    expectFile(stack, "predict.json", `${JSON.stringify(view, null, 2)}\n`);
    expectFile(stack, "predict.txt", predictionText(view, false));
  });

  test("prediction: paths of workloads", () => {
    expectFile(stack, "predict-paths.txt", predictionText(predictionView(plan, [], WORKLOADS), false));
  });

  test("prediction of what a broken spine changes", () => {
    const broken = parseBroken("node:spine1", plan);
    const view = predictionView(plan, [], { ...WORKLOADS, broken, diff: true });
    expectFile(stack, "predict-broken.txt", predictionText(view, false));
  });

  test("check", () => {
    const file = `Pulumi.${stack}.yaml`;
    const checked = checkStackText(file, readFileSync(join(ROOT, file), "utf8"));
    expectFile(stack, "check.txt", `${checkedText(checked)}\n`);
  });

  test("graph", async () => {
    const graph = graphOf(plan);
    expect(JSON.parse(await drawn(graph, "json"))).toEqual(JSON.parse(fixture(stack, "graph.json")));
    expectFile(stack, "graph.mmd", await drawn(graph, "mermaid"));
  });
});
