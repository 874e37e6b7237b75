import type { KernelChoice, LabPlan } from "./types";

/** What some machine needs of its kernel beyond what every machine does; the ids are those of `fabriclab doctor`. */
export const KERNEL_FEATURES = ["ipip"] as const;
export type KernelFeature = (typeof KERNEL_FEATURES)[number];

/** A machine as far as its kernel goes. */
interface Kernelled {
  readonly name: string;
  readonly kernel: KernelChoice;
}

/**
 * What a machine needs of its kernel beyond what every machine does: a worker in IPIP mode, the tunnel (tunl0). A control plane takes it from a program where its kernel has
 * none (programs/modules/tunnel): API server and etcd are too slow on a kernel of their own, and restart one another by their probes.
 */
export function kernelNeeds({ calico, servers }: LabPlan, machine: string): readonly KernelFeature[] {
  const isWorker = servers.some((each) => each.kind === "node" && each.role === "worker" && each.name === machine);
  return isWorker && calico?.encapsulation.kind === "ipip" ? ["ipip"] : [];
}

/** Whether a machine may come to have a kernel of its own, whatever this host's can do. */
function mayBeOwn(plan: LabPlan, { name, kernel }: Kernelled): boolean {
  return kernel === "own" || (kernel === "auto" && kernelNeeds(plan, name).length > 0);
}

/** Machines that may come to have a kernel of their own. */
function mayHaveOwn(plan: LabPlan): Kernelled[] {
  return [...plan.switches, ...plan.servers].filter((each) => mayBeOwn(plan, each));
}

/** Whether some machine of the lab may come to have a kernel of its own. */
export const mayHaveOwnKernel = (plan: LabPlan): boolean => mayHaveOwn(plan).length > 0;

/** Whether a machine may be slow to answer: one whose kernel may be its own has one CPU, and system calls cost it more. */
export const mayBeSlow = (plan: LabPlan, machine: string): boolean =>
  mayHaveOwn(plan).some(({ name }) => name === machine);

/**
 * Whose kernel a machine gets.
 *
 * @param lacks what the kernel of the machine that runs the lab can't do
 */
export function kernelOf(plan: LabPlan, { name, kernel }: Kernelled, lacks: readonly string[]): "host" | "own" {
  if (kernel !== "auto") return kernel;
  return kernelNeeds(plan, name).some((feature) => lacks.includes(feature)) ? "own" : "host";
}
