import { blocksFor, tracerOf, type PathEnd } from "../plan/paths";
import { podAddress } from "../plan/paths/pods";
import { servicesOf } from "../plan/paths/services";
import { predictLab, type Broken, type LabPrediction, type PredictOptions } from "../plan/prediction";
import { addressOf, serverOf } from "../plan/lookup";
import type { Address, LabPlan } from "../plan/types";
import type { ProbeFlow } from "./probe";

/** What a lab should show while something is broken. */
export interface Expectation {
  readonly options: PredictOptions;
  readonly prediction: LabPrediction;
  /** Whether all packets of a flow arrive, and their answers too. */
  arrives(flow: ProbeFlow): boolean;
  /** Whether a node and the API server reach each other. */
  hears(node: string): boolean;
}

/** @param live what the prediction needs to know of the running lab */
export function expectationOf(plan: LabPlan, live: PredictOptions, broken: Broken): Expectation {
  const options: PredictOptions = { ...live, broken };
  const prediction = predictLab(plan, options);
  const tracer = tracerOf(plan, prediction, broken);
  const passes = (from: PathEnd, to: PathEnd): boolean => tracer.trace(from, to).verdict === "arrives";
  const api = plan.cluster === null ? null : nodeOf(plan, plan.cluster.controlPlane);
  return {
    options,
    prediction,
    arrives: (flow) =>
      !mayMeetDead(plan, flow, broken) &&
      passes(sourceOf(plan, flow), destinationOf(plan, flow)) &&
      answerersOf(plan, flow, prediction).every((from) => passes(from, sourceOf(plan, flow))),
    hears: (node) =>
      api !== null &&
      !broken.machines.includes(node) &&
      (node === api.name || (passes(nodeOf(plan, node), api) && passes(api, nodeOf(plan, node)))),
  };
}

const nodeOf = (plan: LabPlan, name: string): PathEnd => ({
  name,
  kind: "node",
  machine: name,
  address: addressOf(serverOf(plan, name)),
  nominal: false,
});

/** Whether kube-proxy may choose a backend on a dead node. It does so until the API server takes the endpoint out, which may last longer than a drill. */
function mayMeetDead(plan: LabPlan, { to }: ProbeFlow, broken: Broken): boolean {
  return to === null && backendNodes(plan).some((node) => broken.machines.includes(node));
}

const backendNodes = (plan: LabPlan): readonly string[] =>
  servicesOf(plan).find((each) => each.name === plan.workload?.service)?.nodes ?? [];

function sourceOf(plan: LabPlan, { source }: ProbeFlow): PathEnd {
  return machineEnd(plan, source.machine, source.address);
}

/** The end of a flow at an address of a machine: the machine itself, or one of its pods. */
function machineEnd(plan: LabPlan, machine: string, address: Address): PathEnd {
  const server = plan.servers.find(({ name }) => name === machine);
  const isPod = server !== undefined && addressOf(server) !== address;
  const kind = isPod ? "pod" : server === undefined ? "switch" : server.kind === "host" ? "host" : "node";
  return { name: machine, kind, machine, address, nominal: false };
}

/** Who may answer: the pod itself, or a backend on any node that may run one. */
function answerersOf(plan: LabPlan, flow: ProbeFlow, prediction: LabPrediction): PathEnd[] {
  const pod = (name: string, address: string): PathEnd => ({
    name,
    kind: "pod",
    machine: name,
    address,
    nominal: true,
  });
  if (flow.to !== null) return [machineEnd(plan, flow.to, flow.address)];
  const blocks = blocksFor(plan, prediction);
  const { source } = flow;
  return backendNodes(plan).flatMap((node) => {
    const address = podAddress(blocks, node);
    return address === null || (node === source.machine && source.namespace !== null) ? [] : [pod(node, address)];
  });
}

/** A service's real address is the API server's choice. The path to it is followed by the address that the prediction has in its place. */
function destinationOf(plan: LabPlan, { to, address }: ProbeFlow): PathEnd {
  if (to !== null) return machineEnd(plan, to, address);
  const name = plan.workload?.service ?? "";
  return {
    name,
    kind: "service",
    machine: null,
    address: servicesOf(plan).find((each) => each.name === name)?.address ?? address,
    nominal: true,
  };
}
