import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { nodesOf } from "../plan/lookup";
import { switchFiles } from "../plan/render";
import type { LabPlan, SwitchPlan } from "../plan/types";
import { Machine } from "../provider/sdk";
import { managementNetwork, provision, type MachineImages } from "./machines";
import { bundle, configureSwitch, extendSwitch } from "./scripts";

export interface SwitchArgs {
  readonly plan: LabPlan;
  readonly switch: SwitchPlan;
  readonly images: MachineImages;
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

/** A switch: FRR with Cumulus conventions on a machine of its own. Configured by `configure`, once its cables are there. */
export class Switch extends pulumi.ComponentResource {
  readonly machine: Machine;
  readonly machineName: string;
  private configured: command.remote.Command | undefined;

  constructor(
    private readonly args: SwitchArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("fabriclab:index:Switch", args.switch.name, { switch: args.switch }, opts);
    this.machineName = args.switch.name;
    this.machine = new Machine(
      args.switch.name,
      {
        name: args.switch.name,
        hostname: args.switch.hostname,
        image: args.images.switch,
        network: managementNetwork(args.plan),
        ports: [],
      },
      { parent: this },
    );
    this.registerOutputs({ driverId: this.machine.driverId });
  }

  /**
   * Applies interfaces and routing; needs the cables of the plan plugged in. A leaf with nodes only gets more: what goes, goes by `settle`.
   */
  configure(cables: pulumi.Resource[]): command.remote.Command {
    this.configured = this.apply(
      `${this.args.switch.name}-config`,
      this.hasNodes ? extendSwitch : configureSwitch,
      cables,
    );
    return this.configured;
  }

  /** Ends sessions with nodes that are needed no more: after `configure`, for a switch that is new has no cables before. */
  settle(after: pulumi.Resource): void {
    if (this.hasNodes && this.configured !== undefined)
      this.apply(`${this.args.switch.name}-sessions`, configureSwitch, [this.configured, after]);
  }

  private get hasNodes(): boolean {
    const { plan, switch: own } = this.args;
    return nodesOf(plan).some((node) => node.uplinks.some(({ leaf }) => leaf === own.name));
  }

  private apply(name: string, run: string, dependsOn: pulumi.Resource[]): command.remote.Command {
    const { plan, switch: own, bgpPassword } = this.args;
    const files = (password: string | null): string => bundle(switchFiles(plan, own.name, { bgpPassword: password }));
    const authenticated = [...own.neighbors, ...(own.listen === null ? [] : [own.listen])].some(
      (session) => session.password,
    );
    return provision(
      name,
      {
        machine: this.machine,
        run,
        stdin: authenticated ? pulumi.secret(pulumi.output(bgpPassword ?? null).apply(files)) : files(null),
      },
      { parent: this, dependsOn },
    );
  }
}
