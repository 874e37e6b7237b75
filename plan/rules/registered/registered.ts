import { nodesOf } from "../../lookup";
import type { LabPlan } from "../../types";
import { subnetOf } from "./ip-range";
import { kubeadmConfigs, type KubeadmConfig } from "./kubeadm";
import { isCalico, readCalico } from "./calico-objects";
import type { CalicoObjects } from "./calico-types";
import { asNumberAt, at, by, numberAt, textAt, type RegisteredResource, type Registration } from "./resource";
import { routersOf, type KnownRouter, type Router } from "./routers";

export interface AnnotatedNode extends Registration {
  readonly object: string | null;
  readonly as: number | null;
  readonly written: string;
}
export interface LabelledNode extends Registration {
  readonly object: string | null;
  readonly labels: Readonly<Record<string, string>>;
}
export interface CableEnd {
  readonly machine: string | null;
  readonly interface: string | null;
}
export interface Cable extends Registration {
  readonly a: CableEnd;
  readonly b: CableEnd;
  readonly mtu: number;
}
export interface RegisteredMachine extends Registration {
  readonly machine: string | null;
  readonly subnet: string | null;
}
export interface RegisteredLab extends Registration {
  readonly plan: LabPlan;
}

/** What rules of objects read, whatever program registered it. */
export interface Registered extends CalicoObjects {
  readonly labelled: readonly LabelledNode[];
  readonly nodes: readonly AnnotatedNode[];
  readonly kubeadm: readonly KubeadmConfig[];
  readonly cables: readonly Cable[];
  readonly machines: readonly RegisteredMachine[];
  readonly labs: readonly RegisteredLab[];
  readonly routers: readonly Router[];
  /** Subnets of servers, where BGP neighbors of nodes are on-link. */
  readonly serverSubnets: readonly string[];
}

const LAB = "fabriclab:index:Lab";
const LINK = "fabriclab:index:Link";
const MACHINE = "fabriclab:index:Machine";
const NODE = /^kubernetes:core\/v1:Node(?:Patch)?$/;
const TEXT = /^command:(?:remote|local):(?:Command|CopyToRemote|CopyFile)$/;
export const AS_ANNOTATION = "projectcalico.org/ASNumber";
const DEFAULT_MTU = 1500;

/** Whether a resource of this type tells the rules anything. */
export const isRead = (type: string): boolean =>
  [LAB, LINK, MACHINE].includes(type) || isCalico(type) || [NODE, TEXT].some((pattern) => pattern.test(type));

/**
 * Reads resources of any program.
 *
 * @param known routers that no lab of the program plans
 */
export function readRegistered(
  resources: readonly RegisteredResource[],
  known: readonly KnownRouter[] = [],
): Registered {
  const ofType = (type: string): RegisteredResource[] => resources.filter((each) => each.type === type);
  const labs = ofType(LAB).flatMap((each) =>
    at(each.props, "plan.switches") === undefined ? [] : [{ ...by(each), plan: each.props["plan"] as LabPlan }],
  );
  return {
    ...readCalico(resources),
    nodes: resources.filter(({ type }) => NODE.test(type)).flatMap(annotated),
    labelled: resources
      .filter(({ type }) => NODE.test(type))
      .map((each) => ({
        ...by(each),
        object: textAt(each.props, "metadata.name"),
        labels: (at(each.props, "metadata.labels") ?? {}) as Readonly<Record<string, string>>,
      })),
    kubeadm: resources.filter(({ type }) => TEXT.test(type)).flatMap(kubeadmConfigs),
    cables: ofType(LINK).map((each) => ({
      ...by(each),
      a: end(each, "a"),
      b: end(each, "b"),
      mtu: numberAt(each.props, "mtu") ?? DEFAULT_MTU,
    })),
    machines: ofType(MACHINE).map((each) => ({
      ...by(each),
      machine: textAt(each.props, "name"),
      subnet: textAt(each.props, "network.subnet"),
    })),
    labs,
    routers: [...labs.flatMap(({ plan }) => routersOf(plan)), ...known],
    serverSubnets: [
      ...new Set([
        ...labs.flatMap(({ plan }) =>
          nodesOf(plan).flatMap(({ uplinks }) => uplinks.map(({ address }) => subnetOf(address))),
        ),
        ...known.flatMap((each) => each.subnets ?? []),
      ]),
    ].sort(),
  };
}

const end = ({ props }: RegisteredResource, side: "a" | "b"): CableEnd => ({
  machine: textAt(props, `${side}.name`),
  interface: textAt(props, `${side}.interface`),
});

function annotated(each: RegisteredResource): AnnotatedNode[] {
  const annotations = at(each.props, "metadata.annotations") as Record<string, unknown> | undefined;
  const written = annotations?.[AS_ANNOTATION];
  if (written === undefined) return [];
  return [
    {
      ...by(each),
      object: textAt(each.props, "metadata.name"),
      as: asNumberAt({ written }, "written"),
      written: String(written),
    },
  ];
}
