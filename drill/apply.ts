import { byLine } from "../common/lines";
import { output } from "../verify/access";
import type { LabAccess } from "../verify/types";
import { byMachine, heldScript, type Action, type Step } from "./actions";
import { Lines, type Held } from "./held";
import type { RunningLab } from "./lab";
import type { Left } from "./types";

/** A failure that a lab has. */
export interface Applied {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  /** Mends it. What is kept is left as it is. */
  undo(): Promise<void>;
}

/** Thrown where a drill that leaves the lab broken ends early: nobody but the user will mend it, so it says how. */
export class LeftBroken extends Error {
  constructor(
    message: string,
    readonly left: readonly Left[],
    override readonly cause: unknown,
  ) {
    super(message);
  }
}

/** What undoes the steps of an action, for people. */
export const leftOf = (action: Action): Left[] => action.steps.map(({ machine, undo }) => ({ machine, undo }));

/**
 * Does an action on all machines at the same time, for good.
 *
 * @throws LeftBroken where a machine refuses a step or does not answer, when all others have done theirs: the lab is broken in part
 */
export async function applyForGood(access: LabAccess, action: Action): Promise<Applied> {
  const at = Date.now();
  const ended = await Promise.allSettled(
    byMachine(action.steps).map(([machine, steps]) =>
      output(access, machine, steps.map((step) => step.apply).join(" && ")),
    ),
  );
  const failed = ended.flatMap((each) => (each.status === "rejected" ? [each.reason as Error] : []));
  if (failed.length > 0) throw new LeftBroken(failed.map((each) => each.message).join("; "), leftOf(action), failed[0]);
  return { at, undo: () => Promise.resolve() };
}

/**
 * Does an action on all machines at the same time, for as long as the lines to them are held: they undo it themselves when their line ends, also
 * where this program is killed.
 *
 * @throws Error where a machine refuses a step or does not answer; what the others did is undone
 */
export async function applyHeld(lab: RunningLab, action: Action): Promise<Applied> {
  const lines = new Lines(lab.machines);
  const held: HeldMachine[] = [];
  const undo = async (): Promise<void> => {
    const ended = await Promise.all(held.map(async ({ machine, line }) => ({ machine, ...(await line.release()) })));
    await lines.close();
    const failed = ended.filter((each) => each.code !== 0);
    if (failed.length > 0)
      throw new Error(
        `${failed.map((each) => `${each.machine} could not undo it: ${each.stderr.trim() || "the connection broke"}`).join("; ")}; \`fabriclab up\` repairs cables`,
      );
  };
  try {
    const times = await Promise.all(
      byMachine(action.steps).map(([machine, steps]) => applyOn(lines, machine, steps, held)),
    );
    return { at: Math.min(...times), undo };
  } catch (error) {
    // The first error says what went wrong: a line that is let go on top of it may fail for the same reason.
    await undo().catch(() => undefined);
    throw error;
  }
}

interface HeldMachine {
  readonly machine: string;
  readonly line: Held;
}

/** Starts the steps on one machine. @returns the machine's own time at which they began */
function applyOn(lines: Lines, machine: string, steps: readonly Step[], held: HeldMachine[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const read = byLine((line) => {
      const found = /^done (\d+[.,]\d+)$/.exec(line);
      // A machine with another locale writes the decimals after a comma.
      if (found?.[1] !== undefined) resolve(Number(found[1].replace(",", ".")) * 1000);
    });
    lines
      .hold(machine, heldScript(steps), read)
      .then(async (line) => {
        held.push({ machine, line });
        const { stderr } = await line.ended;
        reject(new Error(`${machine}: ${stderr.trim() || "ended early"}`));
      })
      .catch(reject);
  });
}
