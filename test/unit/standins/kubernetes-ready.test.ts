import { untilReady } from "../../../standins/kubernetes/await";
import type { Cluster } from "../../../standins/kubernetes/cluster";
import { judgeOf } from "../../../standins/kubernetes/ready";
import type { KubeObject } from "../../../standins/kubernetes/types";

type Fields = {
  generation?: number;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  annotations?: Record<string, string>;
};
const object = (
  apiVersion: string,
  kind: string,
  { generation = 1, spec = {}, status = {}, annotations = {} }: Fields,
): KubeObject => ({ apiVersion, kind, metadata: { name: "o", namespace: "n", generation, annotations }, spec, status });
const cluster = (lists: Record<string, KubeObject[]> = {}, reads: (KubeObject | null)[] = []): Cluster =>
  ({
    list: async (_: string, kind: string) => lists[kind] ?? [],
    read: async () => (reads.length > 1 ? reads.shift()! : (reads[0] ?? null)),
  }) as unknown as Cluster;
const verdict = async (o: KubeObject, c = cluster()): Promise<string> => {
  const v = await judgeOf(o)!(o, c);
  return v.ready ? "ready" : v.why;
};

describe("readiness", () => {
  test.each<[string, string, Fields, string]>([
    [
      "apps/v1",
      "Deployment",
      {
        spec: { replicas: 2 },
        status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
      },
      "ready",
    ],
    [
      "apps/v1",
      "Deployment",
      {
        spec: { replicas: 2 },
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 2, availableReplicas: 2 },
      },
      "2 of 2 replicas available",
    ],
    [
      "apps/v1",
      "Deployment",
      {
        generation: 2,
        spec: { replicas: 1 },
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      },
      "1 of 1 replicas available",
    ],
    ["apps/v1", "Deployment", { spec: { replicas: 0 }, status: { observedGeneration: 1 } }, "ready"],
    [
      "apps/v1",
      "Deployment",
      {
        spec: { replicas: 1 },
        status: {
          observedGeneration: 1,
          conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }],
        },
      },
      "its progress deadline is over: 0 of 1 replicas available",
    ],
    [
      "apps/v1",
      "DaemonSet",
      { status: { observedGeneration: 1, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 } },
      "available on 2 of 3 nodes",
    ],
    [
      "apps/v1",
      "DaemonSet",
      { status: { observedGeneration: 1, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 } },
      "ready",
    ],
    ["apps/v1", "DaemonSet", {}, "available on 0 of 0 nodes"],
    [
      "apps/v1",
      "StatefulSet",
      {
        spec: { replicas: 1 },
        status: { observedGeneration: 1, readyReplicas: 1, currentRevision: "a", updateRevision: "a" },
      },
      "ready",
    ],
    [
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      { status: { conditions: [{ type: "Established", status: "True" }] } },
      "ready",
    ],
    [
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      { status: { conditions: [{ type: "NamesAccepted", status: "False", message: "name taken" }] } },
      "name taken",
    ],
    ["v1", "Pod", { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } }, "ready"],
    ["v1", "Pod", { status: { phase: "Pending" } }, "phase Pending"],
    ["batch/v1", "Job", { status: { conditions: [{ type: "Complete", status: "True" }] } }, "ready"],
    ["v1", "PersistentVolumeClaim", { status: { phase: "Bound" } }, "ready"],
    ["v1", "Service", { spec: { clusterIP: "None" } }, "ready"],
    ["v1", "Service", { spec: { type: "ExternalName" } }, "ready"],
    [
      "v1",
      "Service",
      { spec: { clusterIP: "10.0.0.1" } },
      "it targets no pods: the selected pods may not be ready, or its selector may not match their labels",
    ],
    [
      "v1",
      "ReplicationController",
      { spec: { replicas: 2 }, status: { observedGeneration: 1, replicas: 2, availableReplicas: 1 } },
      "1 of 2 replicas available",
    ],
    [
      "v1",
      "ReplicationController",
      { spec: { replicas: 2 }, status: { observedGeneration: 1, replicas: 2, availableReplicas: 2 } },
      "ready",
    ],
    ["v1", "ResourceQuota", { spec: { hard: { pods: "5", cpu: "2" } } }, "its limits are not in its status yet"],
    [
      "v1",
      "ResourceQuota",
      { spec: { hard: { pods: "5", cpu: "2" } }, status: { hard: { cpu: "2", pods: "5" } } },
      "ready",
    ],
    ["v1", "Secret", {}, "ready"],
    [
      "networking.k8s.io/v1",
      "Ingress",
      {},
      "it was given no address: does the cluster have an ingress controller for its class?",
    ],
    ["networking.k8s.io/v1", "Ingress", { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } }, "ready"],
  ])("%s %s %j: %s", async (apiVersion, kind, fields, expected) =>
    expect(await verdict(object(apiVersion, kind, fields))).toBe(expected),
  );

  test("a Service with an endpoint that is ready", async () => {
    const slice = {
      ...object("discovery.k8s.io/v1", "EndpointSlice", {}),
      endpoints: [{ conditions: { ready: true } }],
    };
    expect(
      await verdict(object("v1", "Service", { spec: { clusterIP: "10.0.0.1" } }), cluster({ EndpointSlice: [slice] })),
    ).toBe("ready");
  });

  test("an Ingress waits for the endpoints of every service it names, unless that is a name of another", async () => {
    const ingress = object("networking.k8s.io/v1", "Ingress", {
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: "web" } } }] } }] },
      status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
    });
    const slice = {
      ...object("discovery.k8s.io/v1", "EndpointSlice", {}),
      endpoints: [{ conditions: { ready: true } }],
    };
    expect(await verdict(ingress)).toBe("its service web has no endpoints");
    expect(await verdict(ingress, cluster({ EndpointSlice: [slice] }))).toBe("ready");
    expect(await verdict(ingress, cluster({}, [object("v1", "Service", { spec: { type: "ExternalName" } })]))).toBe(
      "ready",
    );
  });

  test("a token of a service account is waited for", async () => {
    const token = { ...object("v1", "Secret", {}), type: "kubernetes.io/service-account-token" };
    expect(await verdict(token)).toBe("it was given no token yet");
    expect(await verdict({ ...token, data: { token: "eA==" } })).toBe("ready");
  });

  test("a claim that waits for its first pod, where its class says so", async () => {
    const claim = object("v1", "PersistentVolumeClaim", {
      spec: { storageClassName: "lazy" },
      status: { phase: "Pending" },
    });
    expect(
      await verdict(
        claim,
        cluster({}, [
          { ...object("storage.k8s.io/v1", "StorageClass", {}), volumeBindingMode: "WaitForFirstConsumer" },
        ]),
      ),
    ).toBe("ready");
    expect(await verdict(claim, cluster({}, [object("storage.k8s.io/v1", "StorageClass", {})]))).toBe("phase Pending");
  });

  test("a custom resource that happens to be called Service is not waited for", () =>
    expect(judgeOf(object("serving.example.org/v1", "Service", {}))).toBeUndefined());
});

describe("waiting", () => {
  const waiting = (
    said: string[] = [],
    timeout = 0.3,
    signal = new AbortController().signal,
  ): Parameters<typeof untilReady>[2] => ({
    timeout,
    signal,
    say: (t) => {
      said.push(t);
    },
  });
  const pending = object("apps/v1", "Deployment", {
    spec: { replicas: 1, selector: { matchLabels: { app: "x" } } },
    status: { observedGeneration: 1 },
  });
  const done = { ...pending, status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } };

  test("ends with the object as it then is, saying how far it was", async () => {
    const said: string[] = [];
    expect(await untilReady(pending, cluster({}, [pending, done]), waiting(said, 60))).toBe(done);
    expect(said).toEqual(["0 of 1 replicas available", ""]);
  });

  test("skipAwait does not wait", async () =>
    expect(
      await untilReady(
        { ...pending, metadata: { ...pending.metadata, annotations: { "pulumi.com/skipAwait": "true" } } },
        cluster(),
        waiting(),
      ),
    ).toBeDefined());

  test("gives up with what the pods and events say", async () => {
    const pod = object("v1", "Pod", {
      status: {
        containerStatuses: [
          { name: "web", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
        ],
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes" }],
      },
    });
    const event = { ...object("v1", "Event", {}), reason: "FailedCreate", message: "quota exceeded" };
    await expect(untilReady(pending, cluster({ Pod: [pod], Event: [event] }, [pending]), waiting())).rejects.toThrow(
      /^Deployment n\/o was not ready within 0\.3 s: 0 of 1 replicas available\n {2}pod o: Unschedulable: 0\/1 nodes\n {2}pod o: container web: ImagePullBackOff: no such image\n {2}event FailedCreate: quota exceeded$/,
    );
  });

  test("ends at once when the user interrupts", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await expect(untilReady(pending, cluster({}, [pending]), waiting([], 60, abort.signal))).rejects.toThrow(
      /^interrupted while waiting for Deployment n\/o/,
    );
  });

  test("a Job that failed is not waited for", async () => {
    const failed = object("batch/v1", "Job", {
      status: {
        conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }],
      },
    });
    await expect(untilReady(failed, cluster(), waiting([], 60))).rejects.toThrow(
      "Job o failed: BackoffLimitExceeded too often",
    );
  });
});
