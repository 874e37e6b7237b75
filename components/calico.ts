import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { bgpConfiguration, bgpPeers, felixConfiguration, ipPool, passwordAccess, passwordSecret, patchCalico, type KubernetesObject } from "../plan/render";
import type { LabPlan } from "../plan/types";
import type { Machine } from "../provider/sdk";
import { register } from "./kubernetes";
import { provision } from "./machines";
import * as scripts from "./scripts";

export interface CalicoArgs {
  readonly plan: LabPlan;
  /** File of the objects of the upstream manifest of the plan's Calico version and mode. */
  readonly manifest: string;
  readonly controlPlane: Machine;
  /** What makes a node known as a BGP speaker (its AS number, its rack). */
  readonly speakers: readonly pulumi.Resource[];
  /** Password of the sessions between leaves and nodes, where the plan has one. */
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

type Child = pulumi.CustomResourceOptions & { provider: k8s.Provider };

/** Calico from its upstream manifest, each object a resource; what the plan changes in it is in `plan/render`. */
export class Calico extends pulumi.ComponentResource {
  constructor(name: string, private readonly args: CalicoArgs, opts: pulumi.ComponentResourceOptions & { provider: k8s.Provider; deletedWith: pulumi.Resource }) {
    super("fabriclab:index:Calico", name, { calico: args.plan.calico }, opts);
    const { plan } = args;
    const objects = patchCalico(JSON.parse(readFileSync(args.manifest, "utf8")) as KubernetesObject[], plan);
    const of = (workloads: boolean): KubernetesObject[] => objects.filter((o) => (o.kind === "DaemonSet" || o.kind === "Deployment") === workloads);
    const child: Child = { parent: this, provider: opts.provider, deletedWith: opts.deletedWith };
    // Workloads last: they crash and back off for seconds where their RBAC or CRDs are not there yet.
    const base = of(false).map((o) => register(o, child));
    base.push(register(felixConfiguration(plan), { ...child, dependsOn: [...base] }));
    const before = plan.calico.mode === "bgp" ? this.bgp(base, child) : [this.pool(base, child)];
    for (const workload of of(true)) register(workload, { ...child, dependsOn: [...base, ...before] });
    this.registerOutputs({});
  }

  private pool(after: pulumi.Resource[], child: Child): pulumi.Resource {
    return register(ipPool(this.args.plan), { ...child, dependsOn: after });
  }

  /** Peers first, then the end of the mesh; a pool that is still encapsulated stays so until the sessions are up. */
  private bgp(base: pulumi.Resource[], child: Child): pulumi.Resource[] {
    const { plan, controlPlane, speakers, bgpPassword } = this.args;
    const access = passwordAccess(plan).map((o) => register(o, { ...child, dependsOn: base }));
    const secret = bgpPassword === undefined ? [] : [new k8s.core.v1.Secret(passwordSecret.name, {
      metadata: { name: passwordSecret.name, namespace: passwordSecret.namespace }, stringData: { [passwordSecret.key]: bgpPassword },
    }, child)];
    const peers = bgpPeers(plan).map((o) => register(o, { ...child, dependsOn: [...base, ...access, ...secret] }));
    const configuration = bgpConfiguration(plan);
    const settled = provision("bgp-settled", { machine: controlPlane, run: scripts.bgpSettled }, { parent: this, dependsOn: [...peers, ...speakers] });
    this.pool([...base, settled], child);
    return configuration === null ? peers : [register(configuration, { ...child, dependsOn: peers })];
  }
}
