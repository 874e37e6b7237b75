import * as pulumi from "@pulumi/pulumi";
import type { LabPlan } from "../plan/types";
import type { Machine } from "../provider/sdk";
import type { Cables } from "./cables";
import type { MachineImages } from "./machines";
import { Switch } from "./switch";

export interface FabricArgs {
  readonly plan: LabPlan;
  readonly images: MachineImages;
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

/** Spines and leaves. Their configuration is a step of its own, since it needs the cables, and those need every machine of the lab. */
export class Fabric extends pulumi.ComponentResource {
  readonly machines: ReadonlyMap<string, Machine>;
  private readonly switches: readonly Switch[];

  constructor(name: string, { plan, images, bgpPassword }: FabricArgs, opts: pulumi.ComponentResourceOptions) {
    super("fabriclab:index:Fabric", name, {}, opts);
    this.switches = plan.switches.map(
      (own) => new Switch({ plan, switch: own, images, bgpPassword }, { parent: this }),
    );
    this.machines = new Map(this.switches.map((each) => [each.machineName, each.machine]));
    this.registerOutputs({});
  }

  /** Puts interfaces and routing of every switch in force. */
  configure(cables: Cables): ConfiguredFabric {
    const switches = this.switches.map((each) => each.configure(cables));
    return {
      steps: switches.map(({ step }) => step),
      endOldSessions: (after) => {
        for (const each of switches) each.endOldSessions(after);
      },
    };
  }
}

/** A fabric whose switches route. Only `Fabric.configure` makes one. */
export interface ConfiguredFabric {
  /** What configures the switches: whoever needs the network depends on them. */
  readonly steps: readonly pulumi.Resource[];
  /** Ends the sessions that the switches kept while something else came to replace them. */
  readonly endOldSessions: (after: pulumi.Resource) => void;
}
