/** What a machine's configuration is meant to be: the inputs of `fabriclab:index:Configuration`. */

/** An interface that the configuration owns. */
export interface WantedInterface {
  /** IPv4 addresses with their prefix lengths; it has these and no other. */
  readonly addresses: readonly string[];
  /** Bridge that the interface is a port of; null where it is none's. */
  readonly bridge: string | null;
}

/** What must be true of the machine's system, whatever its files say. */
export interface WantedSystem {
  readonly hostname: string;
  /** By the kernel's name. Interfaces that are not named belong to others: the engine, Calico. */
  readonly interfaces: Readonly<Record<string, WantedInterface>>;
  /** The default route of the main table; null where routing is left to FRR. */
  readonly defaultRoute: { readonly via: string; readonly dev: string } | null;
  /** Kernel settings by name. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** systemd units that are active. */
  readonly services: readonly string[];
  /** Units that are active as soon as kubeadm has made the machine a member of a cluster. */
  readonly memberServices: readonly string[];
  /** Who may have firewall rules on the machine. */
  readonly firewall: "none" | "kubernetes";
}

/** What is meant to stand at the machine's own Node object. */
export interface WantedMember {
  readonly node: string;
  /** Which cluster it is: the node of another one is marked anew. */
  readonly cluster: string;
  /** By key; null is an annotation or label that must not be there. */
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string | null>>;
}

/** A Deployment that kubeadm makes, and no resource of the lab. */
export interface WantedDeployment {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
}

/**
 * Names of the lab's own objects of each kind that decides what reaches what: pools, BGP peers, network policies. An object of such a kind
 * that is not named is somebody else's.
 */
export type WantedObjects = Readonly<Record<string, readonly string[]>>;

/**
 * How FRR takes its configuration file. With `replace`, what runs becomes the file. With `extend`, what runs only gets more: what has to go, goes when another
 * configuration replaces it later.
 */
export const ROUTING_MODES = ["replace", "extend"] as const;
export type RoutingMode = (typeof ROUTING_MODES)[number];

export interface Wanted {
  /** Texts by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** Null for a machine without FRR. */
  readonly routing: RoutingMode | null;
  readonly system: WantedSystem | null;
  readonly member: WantedMember | null;
  readonly deployments: readonly WantedDeployment[];
  /** Null where the machine is not asked about the objects of a cluster. */
  readonly objects: WantedObjects | null;
}

export const INTERFACES = "/etc/network/interfaces";
export const FRR_CONF = "/etc/frr/frr.conf";
