/** What a kind of machine must be able to do. Above this interface nothing knows containers from virtual machines. */
import type { DoctorFinding } from "../../common/finding";
import type { Endpoint } from "../cables/cable";

export interface Owner {
  /** "<project>/<stack>": whose lab it is. */
  readonly lab: string;
  readonly urn: string;
}

export interface MachineKernel {
  /** What set-up made of user-mode Linux (images/kernel.ts). */
  readonly volume: string;
  /** Memory that the kernel has; what it never touched takes nothing. */
  readonly memoryMiB: number;
}

export interface MachineSpec {
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  readonly network: { readonly name: string; readonly subnet: string };
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** A tree that the machine starts with as its own: `seed/containerd` of a volume, at `path`. */
  readonly seed: { readonly volume: string; readonly path: string } | null;
  /** A kernel of the machine's own, out of a volume of set-up's; null is that of the machine that runs the lab. */
  readonly kernel: MachineKernel | null;
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
  readonly state: "running" | "stopped" | "paused";
  /** Where the machine answers SSH, and as whom one logs in. */
  readonly connection: { readonly host: string; readonly port: number; readonly user: string };
  /** Name of a port to where it is published; "ssh" is always there. */
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

/** A machine as the driver's engine sees it, whatever the stack's state says. */
export interface MachineStatus {
  readonly name: string;
  /** The engine's own word: "running", "exited", "paused". */
  readonly state: string;
  /** When it started last, ISO 8601; null while it does not run. */
  readonly startedAt: string | null;
  /** Its address in the management network; null while it has none. */
  readonly address: string | null;
  /** Limits; null is none. */
  readonly memoryMiB: number | null;
  readonly cpus: number | null;
}

/** A subnet that is in use on this machine. */
export interface UsedSubnet {
  readonly prefix: string;
  readonly by: string;
  /** Lab whose it is; null where it is no lab's. */
  readonly owner: string | null;
}

/** What `fabriclab doctor` asks a driver. */
export interface DriverDoctor {
  /** Whether the driver's engine answers, and is one that labs can use. */
  engine(): Promise<DoctorFinding[]>;
  /** What machines of the driver take from the machine that runs the lab. */
  resources(): Promise<DoctorFinding[]>;
  /** Subnets of the driver's networks; none where no engine answers. */
  subnets(): Promise<UsedSubnet[]>;
  /**
   * Runs a shell program as root where a machine would run, with a machine image's tools; null where that can't be done yet.
   *
   * @param image of set-up
   */
  attempt(script: string, image: string): Promise<{ readonly printed: string; readonly where: string } | null>;
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
   * Starts it if it is stopped, lets it go on if it is paused, and applies limits; its disk and ports stay.
   *
   * @throws NotReady as `create`.
   */
  update(driverId: string, spec: MachineSpec, signal: AbortSignal): Promise<MachineFacts>;
  /** Removes the machine and all that was made for it; fine where part or all of it is gone. */
  remove(owner: Owner, driverId: string, spec: MachineSpec): Promise<void>;
  /** A machine's end of a cable; null for a machine that is gone or stopped, since its ends went with it. */
  endpoint(machine: { readonly driverId: string; readonly name: string }, name: string): Promise<Endpoint | null>;
  /** Removes everything that carries a lab's labels; what it removed, a line each. */
  cleanup(lab: string): Promise<string[]>;
  /** The machines of a lab that are there, running or not. */
  machines(lab: string): Promise<MachineStatus[]>;
  /** The command with which a user removes a machine by hand. */
  removalOf(driverId: string): string;
  readonly doctor: DriverDoctor;
}
