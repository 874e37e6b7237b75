import type { Cluster } from "./cluster";
import type { KubeObject } from "./types";

export type Verdict = { readonly ready: true } | { readonly ready: false; readonly why: string };
const ready: Verdict = { ready: true };
const not = (why: string): Verdict => ({ ready: false, why });

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}
const conditions = (o: KubeObject): Condition[] => (o.status?.conditions as Condition[] | undefined) ?? [];
export const condition = (o: KubeObject, type: string): Condition | undefined =>
  conditions(o).find((c) => c.type === type);
const number = (o: KubeObject, field: string): number => Number(o.status?.[field] ?? 0);
/** Whether the controller has seen the object as it is now: before that its status tells of the past. */
const current = (o: KubeObject): boolean => number(o, "observedGeneration") >= (o.metadata.generation ?? 0);
const phase = (o: KubeObject): string => String(o.status?.phase ?? "unknown");

async function endpointsUp(service: string, namespace: string | undefined, cluster: Cluster): Promise<boolean> {
  const slices = await cluster.list(
    "discovery.k8s.io/v1",
    "EndpointSlice",
    namespace,
    `labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${service}`)}`,
  );
  const isUp = (e: { conditions?: { ready?: boolean } }): boolean => e.conditions?.ready !== false;
  return slices.some((s) => ((s.endpoints as { conditions?: { ready?: boolean } }[] | null) ?? []).some(isUp));
}

async function serviceReady(o: KubeObject, cluster: Cluster): Promise<Verdict> {
  if (o.spec?.type === "ExternalName" || o.spec?.clusterIP === "None") return ready;
  if (!(await endpointsUp(o.metadata.name, o.metadata.namespace, cluster)))
    return not("it targets no pods: the selected pods may not be ready, or its selector may not match their labels");
  if (o.spec?.type !== "LoadBalancer") return ready;
  const { ingress } = (o.status?.loadBalancer ?? {}) as { ingress?: unknown[] };
  return (ingress?.length ?? 0) > 0 ? ready : not("it was given no address: does the cluster have a load balancer?");
}

async function hasEndpoints(service: string, o: KubeObject, cluster: Cluster): Promise<boolean> {
  const found = await cluster.read(
    { apiVersion: "v1", kind: "Service", metadata: { name: service, namespace: o.metadata.namespace ?? "default" } },
    AbortSignal.timeout(30_000),
  );
  if (found?.spec?.type === "ExternalName") return true;
  return endpointsUp(service, o.metadata.namespace, cluster);
}

interface Backend {
  readonly service?: { readonly name: string };
}

/** Every service it names has endpoints, and its controller gave it an address. */
async function ingressReady(o: KubeObject, cluster: Cluster): Promise<Verdict> {
  const rules = (o.spec?.rules as { http?: { paths?: { backend?: Backend }[] } }[] | undefined) ?? [];
  const backends = [
    o.spec?.defaultBackend as Backend | undefined,
    ...rules.flatMap((rule) => (rule.http?.paths ?? []).map(({ backend }) => backend)),
  ];
  for (const name of new Set(backends.flatMap((backend) => backend?.service?.name ?? []))) {
    if (!(await hasEndpoints(name, o, cluster))) return not(`its service ${name} has no endpoints`);
  }
  const { ingress } = (o.status?.loadBalancer ?? {}) as { ingress?: unknown[] };
  return (ingress?.length ?? 0) > 0
    ? ready
    : not("it was given no address: does the cluster have an ingress controller for its class?");
}

/** Its controller counts what it limits. */
function quotaReady(o: KubeObject): Verdict {
  const [wanted, seen] = [o.spec?.hard, o.status?.hard].map((hard) =>
    Object.entries((hard ?? {}) as Record<string, string>)
      .sort()
      .join(),
  );
  return wanted === seen ? ready : not("its limits are not in its status yet");
}

async function claimReady(o: KubeObject, cluster: Cluster): Promise<Verdict> {
  if (phase(o) === "Bound") return ready;
  const name = o.spec?.storageClassName as string | undefined;
  const storage =
    name === undefined
      ? null
      : await cluster.read(
          { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } },
          AbortSignal.timeout(30_000),
        );
  return phase(o) === "Pending" && storage?.volumeBindingMode === "WaitForFirstConsumer"
    ? ready
    : not(`phase ${phase(o)}`);
}

/**
 * When an object of a kind is what it should be; kinds that are not here are as soon as the API server has them.
 * Each judge may throw where waiting can't help.
 */
export const READY: Readonly<Record<string, (o: KubeObject, cluster: Cluster) => Verdict | Promise<Verdict>>> = {
  "apps/Deployment": (o) => {
    const wanted = Number(o.spec?.replicas ?? 1);
    const available = number(o, "availableReplicas");
    const progressing = condition(o, "Progressing");
    if (progressing?.reason === "ProgressDeadlineExceeded")
      return not(`its progress deadline is over: ${available} of ${wanted} replicas available`);
    return current(o) &&
      number(o, "updatedReplicas") >= wanted &&
      available >= wanted &&
      number(o, "replicas") === wanted
      ? ready
      : not(`${available} of ${wanted} replicas available`);
  },
  "apps/DaemonSet": (o) => {
    const wanted = number(o, "desiredNumberScheduled");
    const up = number(o, "numberAvailable");
    return current(o) && number(o, "updatedNumberScheduled") >= wanted && up >= wanted
      ? ready
      : not(`available on ${up} of ${wanted} nodes`);
  },
  "apps/StatefulSet": (o) => {
    const wanted = Number(o.spec?.replicas ?? 1);
    const up = number(o, "readyReplicas");
    return current(o) && up >= wanted && o.status?.currentRevision === o.status?.updateRevision
      ? ready
      : not(`${up} of ${wanted} replicas ready`);
  },
  "apiextensions.k8s.io/CustomResourceDefinition": (o) => {
    const refused = conditions(o).find((c) => c.type === "NamesAccepted" && c.status === "False");
    return condition(o, "Established")?.status === "True" ? ready : not(refused?.message ?? "not established yet");
  },
  "/Pod": (o) =>
    condition(o, "Ready")?.status === "True" || phase(o) === "Succeeded" ? ready : not(`phase ${phase(o)}`),
  "batch/Job": (o) => {
    const failed = condition(o, "Failed");
    if (failed?.status === "True")
      throw new Error(`Job ${o.metadata.name} failed: ${failed.reason ?? ""} ${failed.message ?? ""}`.trim());
    return condition(o, "Complete")?.status === "True" ? ready : not("not complete yet");
  },
  "/PersistentVolume": (o) => (["Available", "Bound"].includes(phase(o)) ? ready : not(`phase ${phase(o)}`)),
  "/PersistentVolumeClaim": claimReady,
  "/Service": serviceReady,
  "/ReplicationController": (o) => {
    const wanted = Number(o.spec?.replicas ?? 1);
    const up = number(o, "availableReplicas");
    return current(o) && up >= wanted && number(o, "replicas") === wanted
      ? ready
      : not(`${up} of ${wanted} replicas available`);
  },
  "/ResourceQuota": quotaReady,
  "/Secret": (o) =>
    o.type !== "kubernetes.io/service-account-token" || Object.keys((o.data as object | undefined) ?? {}).length > 0
      ? ready
      : not("it was given no token yet"),
  "networking.k8s.io/Ingress": ingressReady,
};

export const judgeOf = (o: KubeObject): (typeof READY)[string] | undefined =>
  READY[`${o.apiVersion.includes("/") ? o.apiVersion.split("/")[0] : ""}/${o.kind}`];
