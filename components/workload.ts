import * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { Deployment, Namespace, Service, type Provider } from "./kubernetes-kinds";
import { OURS } from "./kubernetes";
import type { WorkloadPlan } from "../plan/types";

/** The seed's demo: a namespace, nginx on as many nodes as it has replicas, and a service. */
export class Workload extends pulumi.ComponentResource {
  constructor(
    args: { readonly workload: WorkloadPlan },
    opts: pulumi.ComponentResourceOptions & { provider: Provider; deletedWith: pulumi.Resource },
  ) {
    const { workload } = args;
    super("fabriclab:index:Workload", workload.name, { workload }, opts);
    const child = { parent: this, provider: opts.provider, deletedWith: opts.deletedWith };
    const namespace = new Namespace(
      workload.namespace,
      { metadata: { name: workload.namespace, annotations: OURS } },
      child,
    );
    const labels = { app: workload.name };
    const metadata = (name: string): types.input.meta.v1.ObjectMeta => ({
      name,
      namespace: namespace.metadata.name,
      annotations: OURS,
    });
    new Deployment(
      workload.name,
      {
        metadata: metadata(workload.name),
        spec: {
          replicas: workload.replicas,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              terminationGracePeriodSeconds: 1,
              containers: [
                {
                  name: "web",
                  image: workload.image,
                  imagePullPolicy: "IfNotPresent",
                  ports: [{ containerPort: workload.port }],
                },
              ],
              ...spread(labels),
            },
          },
        },
      },
      child,
    );
    new Service(
      workload.service,
      {
        metadata: metadata(workload.service),
        spec: { selector: labels, ports: [{ port: workload.port, targetPort: workload.port }] },
      },
      child,
    );
    const { localService } = workload;
    if (localService !== null) {
      new Service(
        localService.name,
        {
          metadata: metadata(localService.name),
          spec: {
            type: "NodePort",
            externalTrafficPolicy: "Local",
            clusterIP: localService.address,
            selector: labels,
            ports: [{ port: workload.port, targetPort: workload.port }],
          },
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}

/**
 * One replica a worker before any has two. A worker that is still joining counts as empty (its not-ready taint is ignored, the default
 * nodeTaintsPolicy), so that the last replica waits for it; control planes are no candidates and do not count.
 */
function spread(
  labels: Record<string, string>,
): Pick<types.input.core.v1.PodSpec, "affinity" | "topologySpreadConstraints"> {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" }] },
          ],
        },
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: labels },
      },
    ],
  };
}
