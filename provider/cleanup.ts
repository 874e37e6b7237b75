import { driverNames, driverOf } from "./drivers";
import type { MachineStatus } from "./drivers/driver";

/**
 * Removes everything of a lab by its labels alone, for when the stack's state is lost.
 *
 * @param lab "<project>/<stack>"
 * @returns what it removed, a line each
 */
export async function removeByOwner(lab: string): Promise<string[]> {
  return (await Promise.all(driverNames.map((name) => driverOf(name).cleanup(lab)))).flat();
}

/**
 * A lab's machines that are there, running or not, as the engines of the drivers and not the state know them.
 *
 * @param lab "<project>/<stack>"
 */
export async function machinesThere(lab: string): Promise<MachineStatus[]> {
  return (await Promise.all(driverNames.map((name) => driverOf(name).machines(lab)))).flat();
}
