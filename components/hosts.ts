import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../plan/lookup";
import { serverFiles, serverState } from "../plan/render";
import type { HostPlan, LabPlan } from "../plan/types";
import { Machine } from "../provider/sdk";
import type { Cables } from "./cables";
import { configure, managementNetwork, ownKernel, type MachineImages } from "./machines";

export interface HostsArgs {
  readonly plan: LabPlan;
  readonly images: MachineImages;
}

/** Machines outside the cluster, each on its leaf: from there, pods and services look as they do to the rest of the network. */
export class Hosts extends pulumi.ComponentResource {
  readonly machines: ReadonlyMap<string, Machine>;

  constructor(
    name: string,
    private readonly args: HostsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("fabriclab:index:Hosts", name, {}, opts);
    this.machines = new Map(hostsOf(args.plan).map((host) => [host.name, this.machine(host, args)]));
    this.registerOutputs({});
  }

  /** Configures the uplink of every host. */
  configure(cables: Cables): void {
    for (const host of hostsOf(this.args.plan))
      configure(
        `${host.name}-network`,
        {
          machine: this.machines.get(host.name)!,
          name: host.name,
          files: serverFiles(host),
          system: serverState(host, this.args.plan),
        },
        { parent: this, dependsOn: cables.at(host.name) },
      );
  }

  private machine(host: HostPlan, { plan, images }: HostsArgs): Machine {
    // A host is a Debian machine with ifupdown2: what a switch is made of.
    return new Machine(
      host.name,
      {
        name: host.name,
        hostname: host.hostname,
        image: images.switch,
        network: managementNetwork(plan),
        ports: [],
        ...ownKernel(plan, host, images),
      },
      { parent: this },
    );
  }
}
