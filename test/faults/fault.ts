import type { LabPlan } from "../../plan";

/** Something that a person can do to a lab by hand. */
export interface HandMadeFault {
  /** What was done, in a few words; names it on the command line too. */
  readonly title: string;
  /** Where: a machine of the lab, or the engine of the machines. */
  readonly on: (lab: Places) => string;
  /** Shell text that does it: on the machine, as root. */
  readonly break: (lab: Places) => string;
  /** Where the text runs; on the machine unless it says `engine`, which is the machine that runs the lab. */
  readonly where?: "engine";
  /** What `refresh` must show, somewhere in its output. */
  readonly shown: RegExp;
  /** Why `up` leaves it as it is, where it does; the command that takes it back follows. */
  readonly refused?: { readonly because: string; readonly undo: (lab: Places) => string };
  /** Who mends it before anybody looks, where somebody does. */
  readonly mendedBy?: string;
  /** Only in labs where this is true. */
  readonly needs?: (plan: LabPlan) => boolean;
}

/** The machines and addresses of a lab that faults are made at. */
export interface Places {
  readonly plan: LabPlan;
  readonly spine: string;
  readonly spineAs: number;
  readonly leaf: string;
  readonly leafAs: number;
  /** Gateway of the leaf's servers, and its prefix length. */
  readonly gateway: string;
  readonly gatewayLength: number;
  /** The leaf's interface to its first spine, and the address of the spine there. */
  readonly uplink: string;
  readonly spineAddress: string;
  /** Address of the leaf on that link. */
  readonly leafAddress: string;
  /** A worker on the last leaf, and its interface, address and gateway. */
  readonly worker: string;
  readonly workerPort: string;
  readonly workerGateway: string;
  readonly controlPlane: string;
  readonly podRange: string;
  /** A machine outside of the cluster; null where the lab has none. */
  readonly host: string | null;
  /** Server subnet behind the last leaf. */
  readonly farSubnet: string;
  /** Container of a machine. */
  readonly container: (machine: string) => string;
}
