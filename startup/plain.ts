/**
 * The switch of this room, and the check that what is patched is what the patch was written for.
 *
 * Everything in `startup/` makes a run shorter and nothing else: each part replaces something of a library, or leaves it out. FABRICLAB_PLAIN=1 turns
 * all of it off, in every process that a run starts.
 */

/** Whether FABRICLAB_PLAIN asks for everything to run as its makers ship it. */
export const isPlain = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  environment["FABRICLAB_PLAIN"] === "1";

/** A library that a patch is written for. */
export interface Patched {
  readonly library: string;
  readonly version: string;
}

/**
 * Whether a patch may be used: not in a plain run, nor with another version of the library than the one that it was written for, which is then said.
 *
 * @param what the patch, as the message names it
 * @param found version of the library that is there
 */
export function mayPatch(what: string, { library, version }: Patched, found: string): boolean {
  if (isPlain()) return false;
  if (found.replace(/^v/, "") === version) return true;
  process.stderr.write(`fabriclab: ${what} is patched for ${library} ${version}, found ${found}: running unpatched\n`);
  return false;
}
