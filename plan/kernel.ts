import { machinesOf } from "./lookup";
import type { LabPlan, ServerPlan, SwitchPlan } from "./types";

/** What some machine needs of its kernel beyond what every machine does; the ids are those of `fabriclab doctor`. */
export const KERNEL_FEATURES = ["ipip"] as const;
export type KernelFeature = (typeof KERNEL_FEATURES)[number];

type Machine = SwitchPlan | ServerPlan;

/**
 * What a machine needs of its kernel beyond what every machine does: a worker in IPIP mode, the tunnel (tunl0). A control plane takes it from a program where its kernel has
 * none (programs/modules/tunnel): API server and etcd are too slow on a kernel of their own, and restart one another by their probes.
 */
export function kernelNeeds({ calico }: Pick<LabPlan, "calico">, machine: Machine): readonly KernelFeature[] {
  const isWorker = "role" in machine && machine.role === "worker";
  return isWorker && calico?.encapsulation.kind === "ipip" ? ["ipip"] : [];
}

/** Whether a machine may come to have a kernel of its own, whatever this host's can do. */
function mayBeOwn(plan: LabPlan, machine: Machine): boolean {
  return machine.kernel === "own" || dependsOnHost(plan, machine);
}

/** Whether it depends on what this host's kernel can do whose kernel a machine gets. */
export function dependsOnHost(plan: LabPlan, machine: Machine): boolean {
  return machine.kernel === "auto" && kernelNeeds(plan, machine).length > 0;
}

/** Whether some machine of the lab may come to have a kernel of its own. */
export const mayHaveOwnKernel = (plan: LabPlan): boolean => machinesOf(plan).some((machine) => mayBeOwn(plan, machine));

/** Whether a machine may be slow to answer: one whose kernel may be its own has one CPU, and system calls cost it more. */
export function mayBeSlow(plan: LabPlan, name: string): boolean {
  const machine = machinesOf(plan).find((each) => each.name === name);
  return machine !== undefined && mayBeOwn(plan, machine);
}

/**
 * Whose kernel a machine gets.
 *
 * @param lacks what the kernel of the machine that runs the lab can't do
 */
export function kernelOf(plan: LabPlan, machine: Machine, lacks: readonly string[]): "host" | "own" {
  if (machine.kernel !== "auto") return machine.kernel;
  return kernelNeeds(plan, machine).some((feature) => lacks.includes(feature)) ? "own" : "host";
}
