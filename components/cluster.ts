import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { nodesOf } from "../plan/lookup";
import { kubeadmInit, kubeadmJoin, nodeFiles, speakerMarks } from "../plan/render";
import type { LabPlan, NodePlan } from "../plan/types";
import { Link, Machine } from "../provider/sdk";
import { plug, type Fabric } from "./fabric";
import { managementNetwork, provision, type MachineImages } from "./machines";
import * as scripts from "./scripts";

export interface ClusterArgs {
  readonly plan: LabPlan;
  readonly images: MachineImages;
  readonly fabric: Fabric;
}

const API_PORT = "kubernetes-api";

/** Kubernetes by kubeadm on machines behind the leaves. */
export class Cluster extends pulumi.ComponentResource {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly controlPlane: Machine;
  /** Admin kubeconfig whose server is the loopback port that the control plane publishes; secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Changes when the cluster is another one: what Kubernetes objects belong to. */
  readonly identity: pulumi.Output<string>;
  readonly joined: readonly pulumi.Resource[];
  /** What makes the nodes BGP speakers; none where Calico has BGP off. */
  readonly speakers: readonly pulumi.Resource[];

  constructor(
    name: string,
    private readonly args: ClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("fabriclab:index:Cluster", name, { cluster: args.plan.cluster, nodes: nodesOf(args.plan) }, opts);
    const { plan } = args;
    this.machines = new Map(nodesOf(plan).map((node) => [node.name, this.machine(node)]));
    this.controlPlane = this.machines.get(plan.cluster.controlPlane)!;
    const everyMachine = new Map([...args.fabric.machines, ...this.machines]);
    const uplinks = new Map(
      plan.links
        .filter((link) => this.machines.has(link.a.machine))
        .map((link) => {
          const cable = plug(link, everyMachine, this);
          args.fabric.attach(link, cable);
          return [link.a.machine, cable] as const;
        }),
    );
    const networked = new Map(nodesOf(plan).map((node) => [node.name, this.network(node, uplinks.get(node.name)!)]));

    const config = kubeadmInit(plan);
    const signature = createHash("sha256").update(config).digest("hex");
    const init = provision(
      "kubeadm-init",
      {
        machine: this.controlPlane,
        run: scripts.kubeadmInit,
        stdin: config,
        triggers: [signature],
      },
      { parent: this, dependsOn: networked.get(plan.cluster.controlPlane)! },
    );
    this.identity = pulumi.interpolate`${this.controlPlane.driverId}-${signature.slice(0, 16)}`;
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([init.stdout, this.controlPlane.publishedPorts])
        .apply(([text, ports]) =>
          text.replace(/server: https:\/\/.*/g, `server: https://127.0.0.1:${ports[API_PORT]}`),
        ),
    );
    const member = new Map<string, pulumi.Resource>([[plan.cluster.controlPlane, init]]);
    for (const node of nodesOf(plan).filter((n) => n.role === "worker"))
      member.set(node.name, this.join(node, init, networked.get(node.name)!));
    this.joined = [...member.values()].slice(1);
    this.speakers = nodesOf(plan)
      .filter((node) => node.bgp !== null)
      .map((node) => this.speaker(node, member.get(node.name)!));
    this.registerOutputs({ identity: this.identity });
  }

  private machine(node: NodePlan): Machine {
    return new Machine(
      node.name,
      {
        name: node.name,
        hostname: node.hostname,
        image: this.args.images.node,
        network: managementNetwork(this.args.plan),
        ports: node.role === "control-plane" ? [{ name: API_PORT, port: 6443 }] : [],
        seed: { volume: this.args.images.storeVolume, path: "/var/lib/containerd" },
      },
      { parent: this },
    );
  }

  private network(node: NodePlan, uplink: Link): pulumi.Resource {
    return provision(
      `${node.name}-network`,
      {
        machine: this.machines.get(node.name)!,
        run: scripts.configureNode,
        stdin: scripts.bundle(nodeFiles(this.args.plan, node.name)),
      },
      { parent: this, dependsOn: uplink },
    );
  }

  private speaker(node: NodePlan, member: pulumi.Resource): pulumi.Resource {
    return provision(
      `${node.name}-bgp`,
      {
        machine: this.machines.get(node.name)!,
        run: scripts.configureSpeaker(node.name),
        onDelete: scripts.forgetRoutes,
        stdin: speakerMarks(node, this.args.plan),
        triggers: [this.identity],
      },
      { parent: this, dependsOn: member },
    );
  }

  /** A token of its own for each node: one that joins weeks later does not depend on an expired one. */
  private join(node: NodePlan, init: pulumi.Resource, networked: pulumi.Resource): pulumi.Resource {
    const { plan } = this.args;
    const token = provision(
      `${node.name}-token`,
      {
        machine: this.controlPlane,
        run: scripts.createJoinToken,
        onDelete: scripts.deleteNode(node.name),
        triggers: [this.identity],
      },
      { parent: this, dependsOn: init },
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
        machine: this.machines.get(node.name)!,
        run: scripts.kubeadmJoin(plan.cluster.apiAddress),
        stdin: pulumi.secret(config),
        triggers: [this.identity],
      },
      { parent: this, dependsOn: networked },
    );
  }
}
