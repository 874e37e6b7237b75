import { dockerDriver } from "./drivers/docker";

/**
 * Removes everything of a lab by its labels alone, for when the stack's state is lost.
 *
 * @param lab "<project>/<stack>"
 * @returns what it removed, a line each
 */
export const removeByOwner = (lab: string): Promise<string[]> => dockerDriver.cleanup(lab);

/**
 * Names of a lab's machines that are there, running or not, as the engine and not the state knows them.
 *
 * @param lab "<project>/<stack>"
 */
export const machinesThere = (lab: string): Promise<string[]> => dockerDriver.machines(lab);
