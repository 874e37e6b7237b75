import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster";
import { describe } from "./cluster";
import { condition, judgeOf } from "./ready";
import type { KubeObject } from "./types";

export interface Waiting {
  /** Seconds that the program allows (customTimeouts); 0 for the annotation `pulumi.com/timeoutSeconds`, else the kind's own. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Shows how far it is. */
  readonly say: (text: string) => void;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode: number; readonly message?: string };
  };
}

/** What a pod complains about: scheduling, images, crashes. Waiting as every pod does at first is no complaint. */
function complaintsOf(pod: KubeObject): string[] {
  const scheduled = condition(pod, "PodScheduled");
  const containers = [
    ...((pod.status?.initContainerStatuses as ContainerStatus[] | undefined) ?? []),
    ...((pod.status?.containerStatuses as ContainerStatus[] | undefined) ?? []),
  ];
  const stuck = containers.flatMap(({ name, state }) => {
    const { waiting, terminated } = state ?? {};
    if (waiting !== undefined && !/^(PodInitializing|ContainerCreating)$/.test(waiting.reason))
      return [`container ${name}: ${waiting.reason}${waiting.message === undefined ? "" : `: ${waiting.message}`}`];
    if (terminated !== undefined && terminated.exitCode !== 0)
      return [
        `container ${name}: ${terminated.reason ?? "ended"} with exit status ${terminated.exitCode}${terminated.message === undefined ? "" : `: ${terminated.message}`}`,
      ];
    return [];
  });
  return [...(scheduled?.status === "False" ? [`${scheduled.reason}: ${scheduled.message}`] : []), ...stuck].map(
    (w) => `pod ${pod.metadata.name}: ${w}`,
  );
}

async function podsOf(o: KubeObject, cluster: Cluster): Promise<KubeObject[]> {
  if (o.kind === "Pod") return [o];
  // A Service and a ReplicationController select by a plain map, other workloads by matchLabels.
  const selector = o.spec?.selector as { matchLabels?: Record<string, string> } | Record<string, string> | undefined;
  const labels =
    o.kind === "Service" || o.kind === "ReplicationController"
      ? (selector as Record<string, string> | undefined)
      : (selector as { matchLabels?: Record<string, string> } | undefined)?.matchLabels;
  if (labels === undefined) return [];
  return cluster.list(
    "v1",
    "Pod",
    o.metadata.namespace,
    `labelSelector=${encodeURIComponent(
      Object.entries(labels)
        .map(([k, v]) => `${k}=${v}`)
        .join(","),
    )}`,
  );
}

async function warningsOf(o: KubeObject, cluster: Cluster): Promise<string[]> {
  const selector = `involvedObject.kind=${o.kind},involvedObject.name=${o.metadata.name},type=Warning`;
  const events = await cluster.list(
    "v1",
    "Event",
    o.metadata.namespace ?? "default",
    `fieldSelector=${encodeURIComponent(selector)}`,
  );
  return events.slice(-3).map((e) => `event ${String(e.reason)}: ${String(e.message).trim()}`);
}

/** Why an object is not what it should be, as far as the cluster can say: what a person looks for first. */
async function reasons(o: KubeObject, cluster: Cluster): Promise<string[]> {
  const [pods, events] = await Promise.all([
    podsOf(o, cluster).catch(() => []),
    warningsOf(o, cluster).catch(() => []),
  ]);
  const podEvents = await Promise.all(
    pods.slice(0, 3).map((p) => (o.kind === "Pod" ? [] : warningsOf(p, cluster).catch(() => []))),
  );
  return [...new Set([...pods.flatMap(complaintsOf), ...events, ...podEvents.flat()])].slice(0, 8);
}

function seconds(o: KubeObject, given: number, own: number): number {
  return given > 0 ? given : Number(o.metadata.annotations?.["pulumi.com/timeoutSeconds"] ?? own);
}

const pause = (ms: number, signal: AbortSignal, what: string): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {
    throw new Error(`interrupted while waiting for ${what}`);
  });

/**
 * Waits until an object is ready, unless its annotation `pulumi.com/skipAwait` is "true".
 *
 * @throws Error after the time allowed (10 minutes; volumes 5), with what is missing and what the object, its events and its pods say.
 */
export async function untilReady(
  first: KubeObject,
  cluster: Cluster,
  { timeout, signal, say }: Waiting,
): Promise<KubeObject> {
  const judge = judgeOf(first);
  if (judge === undefined || first.metadata.annotations?.["pulumi.com/skipAwait"] === "true") return first;
  const limit = seconds(first, timeout, /^PersistentVolume/.test(first.kind) ? 300 : 600);
  const end = Date.now() + limit * 1000;
  for (let object = first, wait = 150, said = ""; ; wait = Math.min(wait * 1.5, 1000)) {
    const verdict = await judge(object, cluster);
    if (verdict.ready) {
      if (said !== "") say("");
      return object;
    }
    if (Date.now() > end)
      throw new Error(
        `${describe(object)} was not ready within ${limit} s: ${[verdict.why, ...(await reasons(object, cluster))].join("\n  ")}`,
      );
    if (verdict.why !== said) say((said = verdict.why));
    await pause(wait, signal, `${describe(object)}: ${verdict.why}`);
    const next = await cluster.read(object, signal);
    if (next === null) throw new Error(`${describe(object)} was deleted while it was waited for`);
    object = next;
  }
}

/** Waits until an object is gone, or another has its name. @throws Error after the time allowed (workloads 10 minutes, others 5), naming finalizers that hold it. */
export async function untilGone(
  object: KubeObject,
  cluster: Cluster,
  { timeout, signal, say }: Waiting,
): Promise<void> {
  const limit = seconds(object, timeout, /^(Deployment|StatefulSet|DaemonSet)$/.test(object.kind) ? 600 : 300);
  const end = Date.now() + limit * 1000;
  for (let wait = 100; ; wait = Math.min(wait * 1.5, 1000)) {
    const live = await cluster.read(object, signal);
    if (live === null || (object.metadata.uid !== undefined && live.metadata.uid !== object.metadata.uid)) return;
    if (Date.now() > end)
      throw new Error(
        `${describe(object)} was not gone within ${limit} s; finalizers: ${JSON.stringify(live.metadata.finalizers ?? [])}`,
      );
    if (wait >= 1000) say("still there");
    await pause(wait, signal, `${describe(object)} to go`);
  }
}
