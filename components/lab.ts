import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../plan/lookup";
import type { LabPlan } from "../plan/types";
import type { LabSpec } from "../lab-spec";
import type { Machine } from "../provider/sdk";
import { Calico } from "./calico";
import { Provider } from "./kubernetes-kinds";
import { Cluster } from "./cluster";
import { Fabric } from "./fabric";
import { Hosts } from "./hosts";
import type { MachineImages } from "./machines";
import { Workload } from "./workload";

export interface LabArgs {
  /** What the plan was made of, as plain values: policies judge it by the rules of labs. */
  readonly spec: LabSpec;
  /** The whole plan, as plain values: the engine diffs it, policies read it before any child exists. */
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
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: LabArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fabriclab:index:Lab", name, { spec: args.spec, plan: args.plan }, opts);
    const { plan, images } = args;
    const fabric = new Fabric("fabric", { plan, images, bgpPassword: args.bgpPassword }, { parent: this });
    const cluster = new Cluster("cluster", { plan, images, fabric }, { parent: this });
    const hosts = hostsOf(plan).length === 0 ? null : new Hosts("hosts", { plan, images, fabric }, { parent: this });
    fabric.configure();
    this.machines = new Map([...fabric.machines, ...cluster.machines, ...(hosts?.machines ?? [])]);
    this.kubeconfig = cluster.kubeconfig;

    const withCluster = { deletedWith: cluster.controlPlane };
    const provider = new Provider(
      "kubernetes",
      {
        kubeconfig: cluster.kubeconfig,
        clusterIdentifier: cluster.identity,
        enableServerSideApply: true,
        // What changes stays the same object: a pod that starts while its ConfigMap is being replaced would find none.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
        // A stopped control plane is what refresh and up repair: its objects are neither an error nor gone meanwhile. Where it is gone for good,
        // the CLI says so by PULUMI_K8S_DELETE_UNREACHABLE, which a setting here would override.
        skipUpdateUnreachable: true,
      },
      { parent: this, ...withCluster },
    );
    const manifest = path.join(
      args.calicoManifests,
      plan.calico.mode === "vxlan" ? "calico-vxlan.json" : "calico.json",
    );
    const { controlPlane, speakers } = cluster;
    const calico = new Calico(
      "calico",
      { plan, manifest, controlPlane, speakers, bgpPassword: args.bgpPassword },
      { parent: this, provider, ...withCluster },
    );
    fabric.settle(calico.settled);
    if (plan.workload !== null)
      new Workload(
        { workload: plan.workload },
        { parent: this, provider, dependsOn: [...cluster.joined], ...withCluster },
      );
    // Policies that judge a stack as a whole see outputs only.
    this.registerOutputs({ plan });
  }
}
