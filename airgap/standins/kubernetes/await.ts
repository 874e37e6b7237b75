import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster";
import { describe } from "./cluster";
import type { KubeObject } from "./types";

type Verdict = { ready: true } | { ready: false; why: string };
const ready: Verdict = { ready: true };
const not = (why: string): Verdict => ({ ready: false, why });

interface Condition { type: string; status: string; reason?: string; message?: string }
const conditions = (o: KubeObject): Condition[] => (o.status?.conditions as Condition[] | undefined) ?? [];
const condition = (o: KubeObject, type: string): Condition | undefined => conditions(o).find((c) => c.type === type);
const number = (o: KubeObject, field: string): number => Number(o.status?.[field] ?? 0);
const current = (o: KubeObject): boolean => number(o, "observedGeneration") >= (o.metadata.generation ?? 0);

/** When an object of a kind is what it should be. Kinds that are not here are as soon as the API server has them. */
const READY: Readonly<Record<string, (o: KubeObject, cluster: Cluster) => Verdict | Promise<Verdict>>> = {
  Deployment: (o) => {
    const wanted = Number(o.spec?.replicas ?? 1), available = number(o, "availableReplicas");
    if (condition(o, "Progressing")?.reason === "ProgressDeadlineExceeded") return not(`its progress deadline is over: ${available} of ${wanted} replicas available`);
    return current(o) && number(o, "updatedReplicas") >= wanted && available >= wanted && number(o, "replicas") === wanted ? ready : not(`${available} of ${wanted} replicas available`);
  },
  DaemonSet: (o) => {
    const wanted = number(o, "desiredNumberScheduled"), up = number(o, "numberAvailable");
    return current(o) && wanted > 0 && number(o, "updatedNumberScheduled") >= wanted && up >= wanted ? ready : not(`available on ${up} of ${wanted} nodes`);
  },
  StatefulSet: (o) => {
    const wanted = Number(o.spec?.replicas ?? 1), up = number(o, "readyReplicas");
    return current(o) && up >= wanted && o.status?.currentRevision === o.status?.updateRevision ? ready : not(`${up} of ${wanted} replicas ready`);
  },
  CustomResourceDefinition: (o) => {
    const refused = conditions(o).find((c) => c.type === "NamesAccepted" && c.status === "False");
    return condition(o, "Established")?.status === "True" ? ready : not(refused?.message ?? "not established yet");
  },
  Pod: (o) => condition(o, "Ready")?.status === "True" || o.status?.phase === "Succeeded" ? ready : not(`phase ${String(o.status?.phase ?? "unknown")}`),
  Job: (o) => {
    if (condition(o, "Failed")?.status === "True") throw new Error(`${describe(o)} failed: ${condition(o, "Failed")?.message ?? ""}`);
    return condition(o, "Complete")?.status === "True" ? ready : not("not complete yet");
  },
  PersistentVolumeClaim: (o) => o.status?.phase === "Bound" ? ready : not(`phase ${String(o.status?.phase ?? "unknown")}`),
  Namespace: (o) => o.status?.phase === "Active" ? ready : not("not active yet"),
  Service: async (o, cluster) => {
    if (o.spec?.selector === undefined || o.spec.type === "ExternalName") return ready;
    const slices = await cluster.list("discovery.k8s.io/v1", "EndpointSlice", o.metadata.namespace, `kubernetes.io/service-name=${o.metadata.name}`);
    return slices.some((s) => ((s.endpoints as { conditions?: { ready?: boolean } }[] | null) ?? []).some((e) => e.conditions?.ready !== false)) ? ready : not("no ready endpoint: does its selector match running pods?");
  },
};

/** What pods of an object complain about: the reason a person looks for first. */
async function complaints(o: KubeObject, cluster: Cluster): Promise<string[]> {
  const labels = (o.spec?.selector as { matchLabels?: Record<string, string> } | undefined)?.matchLabels;
  if (labels === undefined) return [];
  const pods = await cluster.list("v1", "Pod", o.metadata.namespace, Object.entries(labels).map(([k, v]) => `${k}=${v}`).join(",")).catch(() => []);
  return pods.flatMap((p) => {
    const scheduled = condition(p, "PodScheduled");
    const waiting = [...((p.status?.initContainerStatuses as { state?: { waiting?: { reason: string; message?: string } } }[] | undefined) ?? []),
      ...((p.status?.containerStatuses as { state?: { waiting?: { reason: string; message?: string } } }[] | undefined) ?? [])]
      .flatMap((c) => c.state?.waiting === undefined || /^(PodInitializing|ContainerCreating)$/.test(c.state.waiting.reason) ? [] : [`${c.state.waiting.reason}${c.state.waiting.message === undefined ? "" : `: ${c.state.waiting.message}`}`]);
    return [...(scheduled?.status === "False" ? [`${scheduled.reason}: ${scheduled.message}`] : []), ...waiting].map((w) => `pod ${p.metadata.name}: ${w}`);
  }).slice(0, 5);
}

const DEFAULT_SECONDS = 600;

function seconds(o: KubeObject, given: number): number {
  return given > 0 ? given : Number(o.metadata.annotations?.["pulumi.com/timeoutSeconds"] ?? DEFAULT_SECONDS);
}

/**
 * Waits until an object is ready, unless its annotation `pulumi.com/skipAwait` is "true".
 *
 * @throws Error after the time allowed, with what is missing and what the object's pods complain about.
 */
export async function untilReady(first: KubeObject, cluster: Cluster, timeout: number, signal: AbortSignal): Promise<KubeObject> {
  const judge = READY[first.kind];
  if (judge === undefined || first.metadata.annotations?.["pulumi.com/skipAwait"] === "true") return first;
  const limit = seconds(first, timeout), end = Date.now() + limit * 1000;
  for (let object = first, wait = 150; ; wait = Math.min(wait * 1.5, 1000)) {
    const verdict = await judge(object, cluster);
    if (verdict.ready) return object;
    if (Date.now() > end) throw new Error(`${describe(object)} was not ready within ${limit} s: ${[verdict.why, ...await complaints(object, cluster)].join("\n  ")}`);
    await sleep(wait, undefined, { signal }).catch(() => { throw new Error(`interrupted while waiting for ${describe(object)}: ${verdict.why}`); });
    const next = await cluster.read(object, signal);
    if (next === null) throw new Error(`${describe(object)} was deleted while it was waited for`);
    object = next;
  }
}

/** Waits until an object is gone. @throws Error after the time allowed, naming finalizers that hold it. */
export async function untilGone(object: KubeObject, cluster: Cluster, timeout: number, signal: AbortSignal): Promise<void> {
  const limit = seconds(object, timeout), end = Date.now() + limit * 1000;
  for (let wait = 100; ; wait = Math.min(wait * 1.5, 1000)) {
    const live = await cluster.read(object, signal);
    if (live === null || (object.metadata.uid !== undefined && live.metadata.uid !== object.metadata.uid)) return;
    if (Date.now() > end) throw new Error(`${describe(object)} was not gone within ${limit} s; finalizers: ${JSON.stringify(live.metadata.finalizers ?? [])}`);
    await sleep(wait, undefined, { signal }).catch(() => { throw new Error("interrupted"); });
  }
}
