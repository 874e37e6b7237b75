/** What a kind of machine must be able to do. Above this interface nothing knows containers from virtual machines. */

export interface Owner {
  /** "<project>/<stack>": whose lab it is. */
  readonly lab: string;
  readonly urn: string;
}

export interface MachineSpec {
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  readonly network: { readonly name: string; readonly subnet: string };
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** A tree that the machine starts with as its own: `seed/containerd` of a volume, at `path`. */
  readonly seed: { readonly volume: string; readonly path: string } | null;
  /** MiB; null is no limit. */
  readonly memoryMiB: number | null;
  /** CPUs' worth of time; null is no limit. */
  readonly cpus: number | null;
}

/** OpenSSH format, ed25519. */
export interface MachineKeys {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly hostPrivateKey: string;
  readonly hostPublicKey: string;
}

export interface MachineFacts {
  readonly driverId: string;
  readonly state: "running" | "stopped";
  /** Machine port to loopback port; "ssh" is always there. */
  readonly publishedPorts: Readonly<Record<string, number>>;
  readonly memoryMiB: number | null;
  readonly cpus: number | null;
}

/** A machine that was made but does not answer: it is worth keeping, and the next `up` may go on with it. */
export class NotReady extends Error {
  constructor(
    message: string,
    readonly machine: MachineFacts,
  ) {
    super(message);
  }
}

export interface LinkEnd {
  readonly driverId: string;
  readonly name: string;
  readonly interface: string;
}
/** What a cable does to packets, each way. */
export interface Impairment {
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  readonly rateMbit?: number;
}
export interface LinkSpec {
  readonly a: LinkEnd;
  readonly b: LinkEnd;
  readonly mtu: number;
  readonly up: boolean;
  readonly impairment: Impairment | null;
}
export interface LinkFacts {
  readonly state: "connected" | "missing";
  readonly mtu: number;
  readonly up: boolean;
}

export interface Driver {
  /**
   * Makes the machine, in place of one of the same owner that an interrupted run left, and waits until SSH answers.
   *
   * @throws NotReady when it was made but does not answer in time, or the wait was interrupted; any other error leaves nothing behind.
   */
  create(owner: Owner, spec: MachineSpec, keys: MachineKeys, signal: AbortSignal): Promise<MachineFacts>;
  /** Null when the machine is gone. */
  read(driverId: string): Promise<MachineFacts | null>;
  /**
   * Starts it if it is stopped and applies limits; its disk and ports stay.
   *
   * @throws NotReady as `create`.
   */
  update(driverId: string, spec: MachineSpec, signal: AbortSignal): Promise<MachineFacts>;
  /** Removes the machine and all that was made for it; fine where part or all of it is gone. */
  remove(owner: Owner, driverId: string, spec: MachineSpec): Promise<void>;
  /** Connects two interfaces, or corrects a cable that is there; running machines only. */
  plug(link: LinkSpec): Promise<void>;
  /** MTU and admin state are those that differ from the link's, where the two ends do not agree. */
  readLink(link: LinkSpec): Promise<LinkFacts>;
  /** Fine where the cable or a machine is gone; a cable of the same interfaces that leads elsewhere stays. */
  unplug(link: LinkSpec): Promise<void>;
  /** Removes everything that carries a lab's labels; what it removed, a line each. */
  cleanup(lab: string): Promise<string[]>;
  /** Names of the machines of a lab that are there, running or not. */
  machines(lab: string): Promise<string[]>;
}
