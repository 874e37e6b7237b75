import { sortPrefixes } from "../../lab-spec/ip";
import { announcesServices } from "../../plan/cluster";
import { nodesOf } from "../../plan/lookup";
import type { Address, Prefix } from "../../plan/types";
import { parsed } from "../access";
import { Untested } from "../rows";
import type { ClusterLabAccess } from "../cluster";

interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface KubeObject {
  readonly kind: string;
  readonly metadata: Meta;
  readonly spec?: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly replicas?: number;
    readonly clusterIP?: string;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: { readonly kubeletVersion: string };
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly phase?: string;
    readonly podIP?: string;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[];
  };
}

/** Pods with an address of their own that should answer. */
export interface PodFact {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly address: Address;
}

const KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 5s";

/**
 * Asks the control plane's own kubectl, so that nothing on the host is needed.
 *
 * @throws Untested when the API server gives no answer: the check of the nodes tells that
 */
export async function kubectl(lab: ClusterLabAccess, query: string): Promise<KubeObject[]> {
  const { controlPlane } = lab.plan.cluster;
  const command = `${KUBECTL} get ${query} -o json`;
  const { code, stdout, stderr } = await lab.run(controlPlane, command);
  if (code !== 0) throw new Untested(`the API server on ${controlPlane} gives no answer: ${lastLine(stderr)}`);
  return parsed<{ items?: KubeObject[] }>(controlPlane, command, stdout).items ?? [];
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";

/** Everything the checks ask of the API server, in one call. */
export function objects(lab: ClusterLabAccess, kind: string): Promise<KubeObject[]> {
  const all = lab.once("kubernetes objects", () => kubectl(lab, "nodes,pods,deployments,services -A"));
  return all.then((found) => found.filter((object) => object.kind === kind));
}

/** Pod blocks by node, as Calico's IPAM has handed them out. */
export async function livePodBlocks(lab: ClusterLabAccess): Promise<Record<string, Prefix[]>> {
  const affinities = (await lab.once("pod blocks", () =>
    kubectl(lab, "blockaffinities.crd.projectcalico.org"),
  )) as unknown as { spec: { node: string; cidr: string; state: string; deleted?: string } }[];
  const live = affinities.filter(
    ({ spec }) => spec.state === "confirmed" && spec.deleted !== "true" && !spec.cidr.includes(":"),
  );
  return Object.fromEntries(
    nodesOf(lab.plan).map(({ name }) => [
      name,
      sortPrefixes(live.filter(({ spec }) => spec.node === name).map(({ spec }) => spec.cidr)),
    ]),
  );
}

/** The address of the workload's local service by node: announced by those that run a ready pod of it. */
export async function announcedServices(lab: ClusterLabAccess): Promise<Record<string, Prefix[]>> {
  const local = lab.plan.workload?.localService ?? null;
  if (local === null || !announcesServices(lab.plan)) return {};
  const nodes = (await workloadPods(lab)).filter(isReady).map((pod) => pod.spec?.nodeName);
  return Object.fromEntries(
    nodesOf(lab.plan).map(({ name }) => [name, nodes.includes(name) ? [`${local.address}/32`] : []]),
  );
}

export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  object.status?.conditions?.find((condition) => condition.type === type);
export const isReady = (object: KubeObject): boolean =>
  conditionOf(object, "Ready")?.status === "True" && object.metadata.deletionTimestamp === undefined;

/** "Running, Ready", "Pending", "Running, not Ready (CrashLoopBackOff)". */
export function podState(pod: KubeObject): string {
  const phase = pod.metadata.deletionTimestamp === undefined ? (pod.status?.phase ?? "Unknown") : "Terminating";
  if (phase !== "Running") return phase;
  const waiting = pod.status?.containerStatuses
    ?.map((container) => container.state?.waiting?.reason)
    .find((reason) => reason !== undefined);
  return isReady(pod) ? "Running, Ready" : `Running, not Ready${waiting === undefined ? "" : ` (${waiting})`}`;
}

export async function workloadPods(lab: ClusterLabAccess): Promise<KubeObject[]> {
  const { workload } = lab.plan;
  const pods = await objects(lab, "Pod");
  return workload === null
    ? []
    : pods.filter(
        (pod) => pod.metadata.namespace === workload.namespace && pod.metadata.labels?.["app"] === workload.name,
      );
}

/**
 * The pods that traffic is sent between: the workload's, and on nodes that have none of it one other pod with an address of its own, so that every
 * node is an end of some path.
 *
 * @throws Error while pods of the workload are missing: a path that isn't there to be tried must not count as sound
 */
export async function testPods(lab: ClusterLabAccess): Promise<PodFact[]> {
  const { pods, missing } = await readyPods(lab);
  const wanted = lab.plan.workload?.replicas ?? 0;
  if (missing > 0)
    throw new Untested(
      `${wanted - missing} of ${wanted} pods of ${lab.plan.workload?.name} are ready: nothing can be sent between the others`,
    );
  return pods;
}

/** Those of them that are ready by now, and how many of the workload's are missing. */
export async function readyPods(
  lab: ClusterLabAccess,
): Promise<{ readonly pods: PodFact[]; readonly missing: number }> {
  const own = (await workloadPods(lab)).flatMap(podFact);
  const others = (await objects(lab, "Pod")).flatMap(podFact);
  const bare = nodesOf(lab.plan).filter((node) => !own.some((pod) => pod.node === node.name));
  const chosen = bare.flatMap((node) =>
    others
      .filter((pod) => pod.node === node.name)
      .sort(byName)
      .slice(0, 1),
  );
  return {
    pods: [...own, ...chosen].sort(byName),
    missing: Math.max(0, (lab.plan.workload?.replicas ?? 0) - own.length),
  };
}

const byName = (a: PodFact, b: PodFact): number => a.node.localeCompare(b.node) || a.name.localeCompare(b.name);

function podFact(pod: KubeObject): PodFact[] {
  const node = pod.spec?.nodeName;
  const address = pod.status?.podIP;
  if (
    node === undefined ||
    address === undefined ||
    pod.spec?.hostNetwork === true ||
    pod.status?.phase !== "Running" ||
    !isReady(pod)
  )
    return [];
  return [{ name: pod.metadata.name, namespace: pod.metadata.namespace ?? "default", node, address }];
}
