import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type * as command from "@pulumi/command";
import {
  API_PORT,
  decidingObjects,
  KUBEADM_DEPLOYMENTS,
  kubeadmInit,
  kubeadmJoin,
  nodeFiles,
  serverState,
  speakerMarks,
} from "../plan/render";
import { nodesOf } from "../plan/lookup";
import type { ClusterLabPlan } from "../plan/cluster";
import type { NodePlan } from "../plan/types";
import { Machine } from "../provider/sdk";
import type { Cables } from "./cables";
import type { ConfiguredFabric } from "./fabric";
import { configure, managementNetwork, ownKernel, provision, type MachineImages } from "./machines";
import * as scripts from "./scripts";

export interface ClusterArgs {
  readonly plan: ClusterLabPlan;
  readonly images: MachineImages;
}

/** Name of the loopback port that the control plane publishes for its API server. */
const PUBLISHED_API = "kubernetes-api";

/** The machines of a cluster. Kubernetes comes onto them by `bootstrap`, which needs their cables and a fabric that routes between them. */
export class Cluster extends pulumi.ComponentResource {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly controlPlane: Machine;

  constructor(
    name: string,
    private readonly args: ClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("fabriclab:index:Cluster", name, {}, opts);
    const { plan } = args;
    this.machines = new Map(nodesOf(plan).map((node) => [node.name, this.machine(node)]));
    this.controlPlane = this.machineOf(plan.cluster.controlPlane);
    this.registerOutputs({});
  }

  /** Configures the nodes' network, makes the cluster by kubeadm, joins every other node, and marks the nodes as the BGP speakers they are. */
  bootstrap(cables: Cables, fabric: ConfiguredFabric): RunningCluster {
    const nodes = nodesOf(this.args.plan);
    const { cluster } = this.args.plan;
    const networked = new Map(nodes.map((node) => [node.name, this.network(node, cables)]));
    const config = kubeadmInit(this.args.plan);
    const signature = createHash("sha256").update(config).digest("hex");
    const init = provision(
      "kubeadm-init",
      { machine: this.controlPlane, run: scripts.makeCluster, stdin: config, triggers: [signature] },
      {
        parent: this,
        dependsOn: networked.get(cluster.controlPlane)!,
        // The program's text does nothing to a cluster that is there. Run anew for another text, it would leave the kubeconfig unknown during the preview, and
        // with it every object of the cluster.
        ignoreChanges: ["create"],
      },
    );
    configure(
      "kubeadm-deployments",
      {
        machine: this.controlPlane,
        name: cluster.controlPlane,
        deployments: KUBEADM_DEPLOYMENTS,
        objects: decidingObjects(this.args.plan),
      },
      { parent: this, dependsOn: init },
    );
    const identity = pulumi.interpolate`${this.controlPlane.driverId}-${signature.slice(0, 16)}`;
    const workers = nodes.filter((node) => node.role === "worker");
    const joined = new Map(
      workers.map((node) => {
        const after = [networked.get(node.name)!, ...fabric.steps];
        return [node.name, this.join(node, identity, init, after)];
      }),
    );
    return {
      kubeconfig: this.kubeconfig(init),
      identity,
      joined: [...joined.values()],
      speakers: nodes
        .filter((node) => node.bgp !== null)
        .map((node) => this.speaker(node, identity, joined.get(node.name) ?? init)),
    };
  }

  get plan(): ClusterLabPlan {
    return this.args.plan;
  }

  private machineOf(node: string): Machine {
    const machine = this.machines.get(node);
    if (machine === undefined) throw new Error(`the plan has no node ${node}`);
    return machine;
  }

  private machine(node: NodePlan): Machine {
    return new Machine(
      node.name,
      {
        name: node.name,
        hostname: node.hostname,
        image: this.args.images.node,
        network: managementNetwork(this.args.plan),
        ports: node.role === "control-plane" ? [{ name: PUBLISHED_API, port: API_PORT }] : [],
        seed: { volume: this.args.images.storeVolume, path: "/var/lib/containerd" },
        ...ownKernel(this.args.plan, node, this.args.images),
      },
      { parent: this },
    );
  }

  private network(node: NodePlan, cables: Cables): pulumi.Resource {
    return configure(
      `${node.name}-network`,
      {
        machine: this.machineOf(node.name),
        name: node.name,
        files: nodeFiles(this.args.plan, node.name),
        system: serverState(node, this.args.plan),
      },
      { parent: this, dependsOn: cables.at(node.name) },
    );
  }

  private kubeconfig(init: command.remote.Command): pulumi.Output<string> {
    const published = pulumi
      .all([init.stdout, this.controlPlane.publishedPorts])
      .apply(([text, ports]) =>
        text.replace(/server: https:\/\/.*/g, `server: https://127.0.0.1:${ports[PUBLISHED_API]}`),
      );
    return pulumi.secret(published);
  }

  /** @param cluster changes when the cluster is another one, in which the node is to be marked anew */
  private speaker(node: NodePlan, cluster: pulumi.Output<string>, joined: pulumi.Resource): pulumi.Resource {
    return configure(
      `${node.name}-bgp`,
      {
        machine: this.machineOf(node.name),
        name: node.name,
        member: { node: node.name, cluster, ...speakerMarks(node, this.args.plan) },
      },
      { parent: this, dependsOn: joined },
    );
  }

  /**
   * Joins a worker, by a token of its own: a node that is added weeks later must not depend on a token that expired.
   *
   * @param after what the node's way to the API server is made of: its own network, and the switches
   */
  private join(
    node: NodePlan,
    identity: pulumi.Output<string>,
    init: pulumi.Resource,
    after: pulumi.Resource[],
  ): pulumi.Resource {
    const { plan } = this.args;
    // It ends with the machine, also where another is made in its place: kubeadm joins no machine whose name the cluster has already.
    const membership = provision(
      `${node.name}-membership`,
      {
        machine: this.controlPlane,
        run: scripts.beginMembership,
        onDelete: scripts.deleteNode(node.name),
        triggers: [identity, this.machineOf(node.name).driverId],
      },
      { parent: this, dependsOn: init, deleteBeforeReplace: true },
    );
    const token = provision(
      `${node.name}-token`,
      {
        machine: this.controlPlane,
        run: scripts.createJoinToken,
        triggers: [identity],
      },
      { parent: this, dependsOn: [init, membership] },
    );
    const config = token.stdout.apply((text) => {
      const [, value, caCertHash] = /--token (\S+) --discovery-token-ca-cert-hash (\S+)/.exec(text) ?? [];
      if (value === undefined || caCertHash === undefined)
        throw new Error(`${node.name}: kubeadm printed no join command`);
      return kubeadmJoin(plan, node.name, { token: value, caCertHash });
    });
    return provision(
      `${node.name}-join`,
      {
        machine: this.machineOf(node.name),
        run: scripts.joinCluster(plan.cluster.apiAddress, API_PORT),
        stdin: pulumi.secret(config),
        triggers: [identity],
      },
      { parent: this, dependsOn: after },
    );
  }
}

/** Kubernetes as it runs. Only `Cluster.bootstrap` makes one. */
export interface RunningCluster {
  /** Admin kubeconfig whose server is the loopback port that the control plane publishes; secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Changes when the cluster is another one: what Kubernetes objects belong to. */
  readonly identity: pulumi.Output<string>;
  /** What joined the workers. */
  readonly joined: readonly pulumi.Resource[];
  /** What makes the nodes BGP speakers; none where Calico has BGP off. */
  readonly speakers: readonly pulumi.Resource[];
}
