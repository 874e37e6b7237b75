import * as pulumi from "@pulumi/pulumi";
import { nodesOf } from "../plan/lookup";
import { switchFiles, switchState } from "../plan/render";
import type { LabPlan, SwitchPlan } from "../plan/types";
import { Machine, type Configuration } from "../provider/sdk";
import type { Cables } from "./cables";
import { configure, managementNetwork, ownKernel, type MachineImages } from "./machines";

export interface SwitchArgs {
  readonly plan: LabPlan;
  readonly switch: SwitchPlan;
  readonly images: MachineImages;
  readonly bgpPassword?: pulumi.Input<string> | undefined;
}

/** A switch whose interfaces and routing are in force. Only `Switch.configure` makes one. */
export interface ConfiguredSwitch {
  /** What configured it. */
  readonly step: pulumi.Resource;
  /** Ends the sessions with nodes that are needed no more, once what replaces them is there. */
  readonly endOldSessions: (after: pulumi.Resource) => void;
}

/** A switch: FRR with Cumulus conventions on a machine of its own. */
export class Switch extends pulumi.ComponentResource {
  readonly machine: Machine;
  readonly machineName: string;

  constructor(
    private readonly args: SwitchArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("fabriclab:index:Switch", args.switch.name, {}, opts);
    this.machineName = args.switch.name;
    this.machine = new Machine(
      args.switch.name,
      {
        name: args.switch.name,
        hostname: args.switch.hostname,
        image: args.images.switch,
        network: managementNetwork(args.plan),
        ports: [],
        ...ownKernel(args.plan, args.switch, args.images),
      },
      { parent: this },
    );
    this.registerOutputs({ driverId: this.machine.driverId });
  }

  /**
   * Puts interfaces and routing in force, once the cables of the plan are plugged in. A leaf with nodes only gets more routing here: what its nodes need no
   * more is ended by `endOldSessions` of the result.
   */
  configure(cables: Cables): ConfiguredSwitch {
    const { name } = this.args.switch;
    const step = this.put(
      `${name}-config`,
      { routing: this.hasNodes ? "extend" : "replace", whole: true },
      cables.at(name),
    );
    return {
      step,
      endOldSessions: (after) => {
        if (this.hasNodes) this.put(`${name}-sessions`, { routing: "replace", whole: false }, [step, after]);
      },
    };
  }

  private get hasNodes(): boolean {
    const { plan, switch: own } = this.args;
    return nodesOf(plan).some((node) => node.uplinks.some(({ leaf }) => leaf === own.name));
  }

  /** @param whole whether the system is looked after too, and not the files alone */
  private put(
    name: string,
    how: { routing: "replace" | "extend"; whole: boolean },
    dependsOn: pulumi.Resource[],
  ): Configuration {
    const { plan, switch: own, bgpPassword } = this.args;
    const files = (password: string | null): Record<string, string> => ({
      ...switchFiles(plan, own.name, { bgpPassword: password }),
    });
    const authenticated = [...own.neighbors, ...(own.listen === null ? [] : [own.listen])].some(
      (session) => session.password,
    );
    return configure(
      name,
      {
        machine: this.machine,
        name: own.name,
        files: authenticated ? pulumi.secret(pulumi.output(bgpPassword ?? null).apply(files)) : files(null),
        routing: how.routing,
        ...(how.whole ? { system: switchState(own) } : {}),
      },
      { parent: this, dependsOn },
    );
  }
}
