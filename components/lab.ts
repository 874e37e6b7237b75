import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { hasCluster } from "../plan/cluster";
import { hostsOf } from "../plan/lookup";
import type { LabPlan } from "../plan/types";
import { PLAN_VERSION } from "../plan/version";
import type { LabSpec } from "../lab-spec";
import type { Machine } from "../provider/sdk";
import { manifestName } from "../plan/render";
import { Calico } from "./calico";
import { Provider } from "./kubernetes-kinds";
import { Cables } from "./cables";
import { Cluster, type RunningCluster } from "./cluster";
import { Fabric, type ConfiguredFabric } from "./fabric";
import { Hosts } from "./hosts";
import type { MachineImages } from "./machines";
import { Workload } from "./workload";

export interface LabArgs {
  /** What the plan was made of, as plain values: policies judge it by the rules of labs. */
  readonly spec: LabSpec;
  /**
   * The whole plan, as plain values: the engine diffs it, policies read it before any child exists. It is an input of this component alone; the components
   * below get it as an argument, and the state has it once.
   */
  readonly plan: LabPlan;
  readonly images: MachineImages;
  /** Folder of Calico's upstream manifests. */
  readonly calicoManifests: string;
  /** Password of the BGP sessions between leaves and nodes; needed where the plan has one. */
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

/** A whole lab: fabric, cluster, Calico, demo workload. */
export class Lab extends pulumi.ComponentResource {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Null for a fabric alone. */
  readonly kubeconfig: pulumi.Output<string> | null;

  constructor(name: string, args: LabArgs, opts?: pulumi.ComponentResourceOptions) {
    const { spec, plan, images, bgpPassword } = args;
    super("fabriclab:index:Lab", name, { spec, plan, planVersion: PLAN_VERSION }, opts);
    const fabric = new Fabric("fabric", { plan, images, bgpPassword }, { parent: this });
    const cluster = hasCluster(plan) ? new Cluster("cluster", { plan, images }, { parent: this }) : null;
    const hosts = hostsOf(plan).length === 0 ? [] : [new Hosts("hosts", { plan, images }, { parent: this })];
    const owners = [fabric, ...(cluster === null ? [] : [cluster]), ...hosts];
    this.machines = new Map(owners.flatMap(({ machines }) => [...machines]));

    // Each step takes what the step before it made, so that they can't be written in another order.
    const cables = Cables.plugIn(
      plan,
      this.machines,
      ({ a }) => owners.find(({ machines }) => machines.has(a.machine)) ?? this,
    );
    const network = fabric.configure(cables);
    for (const each of hosts) each.configure(cables);
    this.kubeconfig = cluster === null ? null : this.startCluster(cluster, args, cables, network);
    // A policy that judges a stack as a whole sees outputs only. The spec is enough: the plan follows from it, and is in the inputs already.
    this.registerOutputs({ spec });
  }

  /** Kubernetes, Calico and the workload on the cluster's machines. @returns the admin kubeconfig */
  private startCluster(
    cluster: Cluster,
    { calicoManifests, bgpPassword }: LabArgs,
    cables: Cables,
    network: ConfiguredFabric,
  ): pulumi.Output<string> {
    const kubernetes = cluster.bootstrap(cables, network);
    const { controlPlane, plan } = cluster;
    const inCluster = {
      parent: this,
      provider: this.provider(kubernetes, controlPlane),
      deletedWith: controlPlane,
    };
    const manifest = path.join(calicoManifests, manifestName(plan));
    const { speakers, joined } = kubernetes;
    const calico = new Calico("calico", { plan, manifest, controlPlane, speakers, bgpPassword }, inCluster);
    network.endOldSessions(calico.settled);
    if (plan.workload !== null) new Workload({ workload: plan.workload }, { ...inCluster, dependsOn: [...joined] });
    return kubernetes.kubeconfig;
  }

  /** What registers objects of the cluster. */
  private provider({ kubeconfig, identity }: RunningCluster, controlPlane: Machine): Provider {
    return new Provider(
      "kubernetes",
      {
        kubeconfig,
        clusterIdentifier: identity,
        enableServerSideApply: true,
        // What changes stays the same object: a pod that starts while its ConfigMap is being replaced would find none.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
        // A stopped control plane is what refresh and up repair: its objects are neither an error nor gone meanwhile. Where it is gone for good,
        // the CLI says so by PULUMI_K8S_DELETE_UNREACHABLE, which a setting here would override.
        skipUpdateUnreachable: true,
      },
      { parent: this, deletedWith: controlPlane },
    );
  }
}
