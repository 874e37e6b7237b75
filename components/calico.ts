import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import { patchCalico, type KubernetesObject } from "../plan/render";
import type { LabPlan } from "../plan/types";
import { register } from "./kubernetes";

export interface CalicoArgs {
  readonly plan: LabPlan;
  /** File of the objects of the upstream manifest of the plan's Calico version and mode. */
  readonly manifest: string;
}

/** Calico from its upstream manifest, each object a resource; what the plan changes in it is in `plan/render`. */
export class Calico extends pulumi.ComponentResource {
  readonly objects: readonly pulumi.Resource[];

  constructor(name: string, args: CalicoArgs, opts: pulumi.ComponentResourceOptions & { provider: k8s.Provider; deletedWith: pulumi.Resource }) {
    super("fabriclab:index:Calico", name, { calico: args.plan.calico }, opts);
    const objects = patchCalico(JSON.parse(readFileSync(args.manifest, "utf8")) as KubernetesObject[], args.plan);
    const of = (workloads: boolean): KubernetesObject[] => objects.filter((o) => (o.kind === "DaemonSet" || o.kind === "Deployment") === workloads);
    const child = { parent: this, provider: opts.provider, deletedWith: opts.deletedWith };
    // Workloads last: they crash and back off for seconds where their RBAC or CRDs are not there yet.
    const base = of(false).map((o) => register(o, child));
    this.objects = [...base, ...of(true).map((o) => register(o, { ...child, dependsOn: base }))];
    this.registerOutputs({});
  }
}
