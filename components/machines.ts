import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { dependsOnHost, kernelOf } from "../plan/kernel";
import type { LabPlan, ServerPlan, SwitchPlan } from "../plan/types";
import {
  Configuration,
  type MachineArgs,
  type ConfigurationArgs,
  type Machine,
  type MachineConnection,
} from "../provider/sdk";

/** What set-up made and the machines are built from (`.fabriclab/setup.json`). */
export interface MachineImages {
  readonly switch: string;
  readonly node: string;
  /** Docker volume whose `seed/containerd` holds every pod image, unpacked once. */
  readonly storeVolume: string;
  /** Docker volume with the kernel of machines that have their own. */
  readonly kernelVolume: string;
  /** What the kernel that the others share can't do; null where set-up has not asked. */
  readonly hostLacks: readonly string[] | null;
}

/** MiB that a kernel of a machine's own has: a switch or host, a worker, a control plane. What it never touches takes nothing. */
const MEMORY = { switch: 512, worker: 1536, "control-plane": 2048 } as const;

/**
 * The argument that gives a machine a kernel of its own; none where it shares the host's.
 *
 * @throws RunError where that depends on what the host's kernel can do, and set-up has not asked
 */
export function ownKernel(
  plan: LabPlan,
  machine: SwitchPlan | ServerPlan,
  { kernelVolume, hostLacks }: MachineImages,
): Pick<MachineArgs, "kernel"> {
  if (hostLacks === null && dependsOnHost(plan, machine))
    throw new pulumi.RunError(
      `${machine.name}: set-up has not asked yet what this host's kernel can do: run set-up again (npm run setup)`,
    );
  if (kernelOf(plan, machine, hostLacks ?? []) === "host") return {};
  const role = "role" in machine ? machine.role : "switch";
  return { kernel: { volume: kernelVolume, memoryMiB: MEMORY[role] } };
}

/** Arguments every machine of a lab shares. */
export function managementNetwork(plan: LabPlan): { name: string; subnet: string } {
  return { name: `fabriclab-${plan.name}`, subnet: plan.management.subnet };
}

/** How a command reaches a machine; secret, since it holds the private key. */
export function connection(machine: Machine): pulumi.Output<command.types.output.remote.Connection> {
  return pulumi.secret(
    machine.connection.apply((c) => ({
      host: c.host,
      port: c.port,
      user: c.user,
      privateKey: c.privateKey,
      hostKey: c.hostKey,
      dialErrorLimit: 20,
      perDialTimeout: 5,
    })),
  );
}

export interface ConfigureArgs extends Omit<ConfigurationArgs, "machine" | "connection" | "driver"> {
  readonly machine: Machine;
}

/** What a machine is meant to hold, looked at and brought back over SSH. It goes away with its machine. */
export function configure(
  name: string,
  { machine, ...wanted }: ConfigureArgs,
  opts: pulumi.CustomResourceOptions,
): Configuration {
  const login: pulumi.Output<MachineConnection> = pulumi.secret(machine.connection);
  return new Configuration(
    name,
    { machine: machine.driverId, connection: login, ...wanted },
    { deletedWith: machine, ...opts },
  );
}

export interface ProvisionArgs {
  readonly machine: Machine;
  /** Idempotent shell text, run when the resource is made and again when `stdin` changes. */
  readonly run: string;
  readonly stdin?: pulumi.Input<string>;
  readonly onDelete?: string;
  /** Beside the machine's identity: what makes this step start anew. */
  readonly triggers?: pulumi.Input<string>[];
}

/** One provisioning step on a machine over SSH. It goes away with its machine, without running anything. */
export function provision(
  name: string,
  args: ProvisionArgs,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  return new command.remote.Command(
    name,
    {
      connection: connection(args.machine),
      create: args.run,
      ...(args.stdin === undefined ? {} : { stdin: args.stdin }),
      ...(args.onDelete === undefined ? {} : { delete: args.onDelete }),
      triggers: [args.machine.driverId, ...(args.triggers ?? [])],
      logging: command.remote.Logging.None,
    },
    { deletedWith: args.machine, additionalSecretOutputs: ["stdout", "stderr"], ...opts },
  );
}
