/** Docker volumes that set-up fills and labs use. A stamp in the cache says that a volume is whole: a volume itself can't say so, for its labels are those of its making. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { docker } from "../docker/client";
import { orNull } from "../docker/engine";
import type { StepContext } from "../steps/step";

const stamp = (ctx: StepContext, name: string): string => path.join(ctx.cache, "stamps", `${name}.json`);

/** When a volume of the name was made: one that was removed and made again is another. Null where there is none. */
async function createdAt(name: string): Promise<string | null> {
  const volume = await orNull(docker().getVolume(name).inspect());
  return volume === null ? null : (volume as unknown as { CreatedAt: string }).CreatedAt;
}

const textOf = (made: string, filledBy: string): string => JSON.stringify({ createdAt: made, filledBy });

/**
 * Whether a volume is there, whole, and filled by what fills it now.
 *
 * @param filledBy says of what the content was made, beyond what the volume's name says
 */
export async function isFilled(ctx: StepContext, name: string, filledBy: string): Promise<boolean> {
  const made = await createdAt(name);
  const file = stamp(ctx, name);
  return made !== null && existsSync(file) && readFileSync(file, "utf8") === textOf(made, filledBy);
}

/** Notes that a volume is whole. @throws Error where it is gone */
export async function noteFilled(ctx: StepContext, name: string, filledBy: string): Promise<void> {
  const made = await createdAt(name);
  if (made === null) throw new Error(`volume ${name} is gone although it was just filled`);
  mkdirSync(path.dirname(stamp(ctx, name)), { recursive: true });
  writeFileSync(stamp(ctx, name), textOf(made, filledBy));
}
