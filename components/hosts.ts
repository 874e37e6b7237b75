import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../plan/lookup";
import { serverFiles } from "../plan/render";
import type { HostPlan, LabPlan } from "../plan/types";
import { Machine } from "../provider/sdk";
import { plug, type Fabric } from "./fabric";
import { managementNetwork, provision, type MachineImages } from "./machines";
import * as scripts from "./scripts";

export interface HostsArgs {
  readonly plan: LabPlan;
  readonly images: MachineImages;
  readonly fabric: Fabric;
}

/** Machines outside the cluster, each on its leaf: from there, pods and services look as they do to the rest of the network. */
export class Hosts extends pulumi.ComponentResource {
  readonly machines: ReadonlyMap<string, Machine>;

  constructor(name: string, args: HostsArgs, opts: pulumi.ComponentResourceOptions) {
    super("fabriclab:index:Hosts", name, { hosts: hostsOf(args.plan) }, opts);
    this.machines = new Map(hostsOf(args.plan).map((host) => [host.name, this.machine(host, args)]));
    const everyMachine = new Map([...args.fabric.machines, ...this.machines]);
    for (const host of hostsOf(args.plan)) {
      const link = args.plan.links.find((each) => each.kind === "server" && each.a.machine === host.name)!;
      const cable = plug(link, everyMachine, this);
      args.fabric.attach(link, cable);
      provision(
        `${host.name}-network`,
        {
          machine: this.machines.get(host.name)!,
          run: scripts.configureNode,
          stdin: scripts.bundle(serverFiles(host)),
        },
        { parent: this, dependsOn: cable },
      );
    }
    this.registerOutputs({});
  }

  private machine(host: HostPlan, { plan, images }: HostsArgs): Machine {
    // A host is a Debian machine with ifupdown2: what a switch is made of.
    return new Machine(
      host.name,
      { name: host.name, hostname: host.hostname, image: images.switch, network: managementNetwork(plan), ports: [] },
      { parent: this },
    );
  }
}
