import * as pulumi from "@pulumi/pulumi";
import type {
  RoutingMode,
  WantedDeployment,
  WantedMember,
  WantedObjects,
  WantedSystem,
} from "../../configuration/wanted";

export interface MachineConnection {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  hostKey: string;
}

export interface MachineArgs {
  /** Name of the driver that makes the machine; "docker" unless given. */
  readonly driver?: pulumi.Input<string>;
  /** Host label (RFC 1123), unique in the lab. */
  readonly name: pulumi.Input<string>;
  readonly hostname: pulumi.Input<string>;
  /** Image that boots systemd and an SSH server (docs/architecture.md, "Machine images"). */
  readonly image: pulumi.Input<string>;
  /** Management network; made by the lab's first machine, removed with its last. */
  readonly network: pulumi.Input<{ name: pulumi.Input<string>; subnet: pulumi.Input<string> }>;
  /** Machine ports beside SSH that are published to the machine that runs the lab. */
  readonly ports?: pulumi.Input<pulumi.Input<{ name: string; port: number }>[]>;
  /** Volume whose `seed/containerd` the machine gets as its own tree at `path`. */
  readonly seed?: pulumi.Input<{ volume: pulumi.Input<string>; path: pulumi.Input<string> }>;
  /** A kernel of the machine's own: the volume of set-up that has it, and its memory. The kernel of the machine that runs the lab unless given. */
  readonly kernel?: pulumi.Input<{ volume: pulumi.Input<string>; memoryMiB: pulumi.Input<number> }>;
  readonly memoryMiB?: pulumi.Input<number>;
  readonly cpus?: pulumi.Input<number>;
}

/** A box that boots and answers SSH: what it is made of is its driver's business. */
export class Machine extends pulumi.CustomResource {
  /** The driver's own id of the machine; another machine has another. */
  declare readonly driverId: pulumi.Output<string>;
  /** How to log in by SSH; the private key is secret. */
  declare readonly connection: pulumi.Output<MachineConnection>;
  /** Name of a port to the port where it is published; "ssh" is always there. */
  declare readonly publishedPorts: pulumi.Output<Record<string, number>>;
  declare readonly state: pulumi.Output<"running" | "stopped" | "paused">;

  constructor(name: string, args: MachineArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "fabriclab:index:Machine",
      name,
      { ...args, driverId: undefined, connection: undefined, publishedPorts: undefined, state: undefined },
      opts,
    );
  }
}

export interface LinkEndArgs {
  /** Name of the machine's driver; "docker" unless given. */
  readonly driver?: pulumi.Input<string>;
  /** `driverId` of the machine. */
  readonly machine: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  /** Kernel name of the interface, at most 15 characters: "swp1", "eth1". */
  readonly interface: pulumi.Input<string>;
}

export interface LinkArgs {
  readonly a: pulumi.Input<LinkEndArgs>;
  readonly b: pulumi.Input<LinkEndArgs>;
  /** Bytes; 1500 unless given. */
  readonly mtu?: pulumi.Input<number>;
  /** Administrative state of both ends; up unless given. */
  readonly up?: pulumi.Input<boolean>;
}

/** A cable between two machine interfaces. */
export class Link extends pulumi.CustomResource {
  declare readonly state: pulumi.Output<"connected" | "uneven" | "missing">;

  constructor(name: string, args: LinkArgs, opts?: pulumi.CustomResourceOptions) {
    super("fabriclab:index:Link", name, { ...args, state: undefined }, opts);
  }
}

export interface ConfigurationArgs {
  /** Name of the machine's driver; "docker" unless given. */
  readonly driver?: pulumi.Input<string>;
  /** `driverId` of the machine: the same configuration of another machine is put in force anew. */
  readonly machine: pulumi.Input<string>;
  /** Name of the machine, for messages. */
  readonly name: pulumi.Input<string>;
  /** How the machine is reached; secret, since it holds the private key. */
  readonly connection: pulumi.Input<MachineConnection>;
  /** Texts by absolute path: `/etc/network/interfaces` is put in force by ifreload, `/etc/frr/frr.conf` as `routing` says, others by being there. */
  readonly files?: pulumi.Input<Readonly<Record<string, string>>>;
  /** How FRR takes its file; a machine without FRR has none. */
  readonly routing?: pulumi.Input<RoutingMode>;
  /** What must be true of the system whatever its files say; looked at by refresh, and brought back. */
  readonly system?: pulumi.Input<WantedSystem>;
  /** Annotations and labels of the machine's own Node object. */
  readonly member?: pulumi.Input<Omit<WantedMember, "cluster"> & { readonly cluster: pulumi.Input<string> }>;
  /** Deployments that kubeadm made; for the control plane. */
  readonly deployments?: pulumi.Input<readonly WantedDeployment[]>;
  /** The lab's own objects of the kinds that decide what reaches what; for the control plane. Others are shown, and stay. */
  readonly objects?: pulumi.Input<WantedObjects>;
}

/** What a machine's files, kernel and routing daemons are meant to hold. */
export class Configuration extends pulumi.CustomResource {
  /** What was changed by hand, a line each; nothing once `up` has brought it back. */
  declare readonly drift: pulumi.Output<readonly string[]>;

  constructor(name: string, args: ConfigurationArgs, opts?: pulumi.CustomResourceOptions) {
    super("fabriclab:index:Configuration", name, { ...args, drift: undefined }, opts);
  }
}

/** The plugin of machines, links and configurations. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, opts?: pulumi.ResourceOptions) {
    super("fabriclab", name, {}, opts);
  }
}
