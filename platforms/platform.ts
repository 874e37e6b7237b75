/** A rule for names, with the words in which a refusal says it. */
export interface NameRule {
  readonly pattern: RegExp;
  readonly says: string;
}

/** A range that something else uses wherever a driver's machines run. */
export interface ReservedRange {
  /** What uses it, as it stands in messages. */
  readonly what: string;
  readonly prefix: string;
  /** Document that says so. */
  readonly source: string;
}

/** What kubelet and kube-proxy must know of the machine that they run on. */
export interface NodePlatform {
  /** Who manages the control groups of containers. */
  readonly cgroupDriver: "cgroupfs" | "systemd";
  /** Whether a machine may have control groups of version 1. */
  readonly cgroupV1: boolean;
  /** Whether a machine may have swap that its owner can't turn off. */
  readonly swap: boolean;
  /** Whether some sysctls can't be written, as in a user namespace: kubelet goes on without them. */
  readonly userNamespace: boolean;
  /** Whether the disk is the machine's own: only then kubelet cleans it up and guards it. */
  readonly ownDisk: boolean;
  /** Whether the limits of connection tracking are the machine's own: only then kube-proxy sets them. */
  readonly ownConntrack: boolean;
  /** Preflight checks of kubeadm that such a machine can't pass. */
  readonly ignoredPreflightErrors: readonly string[];
}

/**
 * What is true of every machine that a driver makes. These are plain facts: no engine is asked for them, so plans, rules and previews can use them.
 */
export interface Platform {
  readonly node: NodePlatform;
  /** Where machines answer SSH and publish their ports; known before a machine is made. */
  readonly reach: { readonly host: string; readonly user: string };
  /** Names under which clients on the machine that runs the lab reach a published port. */
  readonly publishedAs: readonly string[];
  /** Names that the driver takes. */
  readonly names: { readonly hostname: NameRule; readonly interface: NameRule };
  readonly management: {
    /** Addresses of a management subnet that no machine gets. */
    readonly taken: number;
    /** Document of the driver's networks. */
    readonly source: string;
    /** Document of the address ranges that the driver gives its other networks. */
    readonly poolsSource: string;
    /** Names of the bridges that the driver's networks have on the machine that runs the lab. */
    readonly bridges: RegExp;
  };
  readonly reserved: readonly ReservedRange[];
}
