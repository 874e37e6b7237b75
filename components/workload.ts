import * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { Deployment, Namespace, Service, type Provider } from "./kubernetes-kinds";
import { OURS } from "./kubernetes";
import { workloadLabels, workloadServices } from "../plan/render";
import type { WorkloadPlan } from "../plan/types";

type Labels = Readonly<Record<string, string>>;

/** The demo: a namespace, nginx on as many nodes as it has replicas, and a service; with a service for local traffic where the plan has one. */
export class Workload extends pulumi.ComponentResource {
  constructor(
    { workload }: { readonly workload: WorkloadPlan },
    opts: pulumi.ComponentResourceOptions & { provider: Provider; deletedWith: pulumi.Resource },
  ) {
    super("fabriclab:index:Workload", workload.name, {}, opts);
    const child = { parent: this, provider: opts.provider, deletedWith: opts.deletedWith };
    const namespace = new Namespace(
      workload.namespace,
      { metadata: { name: workload.namespace, annotations: OURS } },
      child,
    );
    const labels: Labels = workloadLabels(workload);
    const metadata = (name: string): types.input.meta.v1.ObjectMeta => ({
      name,
      namespace: namespace.metadata.name,
      annotations: OURS,
    });
    new Deployment(workload.name, { metadata: metadata(workload.name), spec: deployment(workload, labels) }, child);
    for (const { name, spec } of workloadServices(workload))
      new Service(name, { metadata: metadata(name), spec: { ...spec, ports: [...spec.ports] } }, child);
    this.registerOutputs({});
  }
}

function deployment({ image, port, replicas }: WorkloadPlan, labels: Labels): types.input.apps.v1.DeploymentSpec {
  const container = { name: "web", image, imagePullPolicy: "IfNotPresent", ports: [{ containerPort: port }] };
  return {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { terminationGracePeriodSeconds: 1, containers: [container], ...spread(labels) },
    },
  };
}

/**
 * Every worker gets one replica before any gets two. A worker that is still joining counts as an empty one (its not-ready taint is ignored, which is the default
 * nodeTaintsPolicy), so that the last replica waits for it. Control planes are no candidates and don't count.
 */
function spread(labels: Labels): Pick<types.input.core.v1.PodSpec, "affinity" | "topologySpreadConstraints"> {
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
