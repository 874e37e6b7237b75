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
  readonly memoryMiB: number | null;
  readonly cpus: number | null;
}

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

export interface LinkEnd { readonly driverId: string; readonly name: string; readonly interface: string }
export interface Impairment { readonly delayMs?: number; readonly jitterMs?: number; readonly lossPercent?: number; readonly rateMbit?: number }
export interface LinkSpec { readonly a: LinkEnd; readonly b: LinkEnd; readonly mtu: number; readonly up: boolean; readonly impairment: Impairment | null }
export interface LinkFacts { readonly state: "connected" | "missing"; readonly mtu: number; readonly up: boolean }

export interface Driver {
  /** Makes the machine, in place of one of the same owner that an interrupted run left, and waits until SSH answers. */
  create(owner: Owner, spec: MachineSpec, keys: MachineKeys, signal: AbortSignal): Promise<MachineFacts>;
  /** Null when the machine is gone. */
  read(driverId: string): Promise<MachineFacts | null>;
  /** Starts it if it is stopped and applies limits; its disk and ports stay. */
  update(driverId: string, spec: MachineSpec, signal: AbortSignal): Promise<MachineFacts>;
  remove(owner: Owner, driverId: string, spec: MachineSpec): Promise<void>;
  plug(link: LinkSpec): Promise<void>;
  readLink(link: LinkSpec): Promise<LinkFacts>;
  unplug(link: LinkSpec): Promise<void>;
  /** Removes everything that carries a lab's labels; what it removed, a line each. */
  cleanup(lab: string): Promise<string[]>;
}
