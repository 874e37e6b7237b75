import { tracerOf, type Endpoint } from "../plan/paths";
import { servicesOf } from "../plan/paths/services";
import { predictLab, type Broken, type LabPrediction, type PredictOptions } from "../plan/prediction";
import type { LabPlan } from "../plan/types";
import type { Flow } from "./probe";

/** What a lab should show while something is broken. */
export interface Expectation {
  readonly options: PredictOptions;
  readonly prediction: LabPrediction;
  /** Whether all packets of a flow arrive. */
  arrives(flow: Flow): boolean;
}

/** @param live what the prediction needs to know of the running lab */
export function expectationOf(plan: LabPlan, live: PredictOptions, broken: Broken): Expectation {
  const options: PredictOptions = { ...live, broken };
  const prediction = predictLab(plan, options), tracer = tracerOf(plan, prediction, broken);
  return { options, prediction, arrives: (flow) => !mayMeetDead(plan, flow, broken) && tracer.trace(sourceOf(plan, flow), destinationOf(plan, flow)).verdict === "arrives" };
}

/** kube-proxy goes on choosing backends of a dead node until the API server takes their endpoints out, which may last longer than a drill. */
function mayMeetDead(plan: LabPlan, { to }: Flow, broken: Broken): boolean {
  return to === null && (servicesOf(plan).find((each) => each.name === plan.workload?.service)?.nodes ?? []).some((node) => broken.machines.includes(node));
}

function sourceOf(plan: LabPlan, { source }: Flow): Endpoint {
  const kind = source.namespace !== null ? "pod" : plan.hosts.some((each) => each.name === source.machine) ? "host" : "node";
  return { name: source.machine, kind, machine: source.machine, address: source.address, nominal: false };
}

/** A service is followed by the stand-in address that the prediction has for it: the real one is the API server's choice. */
function destinationOf(plan: LabPlan, { to, address }: Flow): Endpoint {
  if (to !== null) return { name: to, kind: "pod", machine: to, address, nominal: false };
  const name = plan.workload?.service ?? "";
  return { name, kind: "service", machine: null, address: servicesOf(plan).find((each) => each.name === name)?.address ?? address, nominal: true };
}
