import { existsSync } from "node:fs";
import { ExitCode } from "../common/errors";
import { OBJECTS_GONE } from "./control-plane";
import type { Pulumi } from "./pulumi";
import { prepareStackFile, sourceFile, workingFile } from "./stack-file";

/**
 * Destroys a lab by its stack's state. Where that can't be done to its end (a machine was removed by hand, and what ran on it can't be asked), everything
 * of the lab still goes with its machines, which carry its label.
 *
 * @param config a config file other than the stack's own
 * @param more further arguments for `pulumi destroy`
 * @returns whether the state was enough
 * @throws ExitCode when it was interrupted, or only a part was to be destroyed
 */
export async function destroyByState(
  pulumi: Pulumi,
  config: string | undefined,
  more: readonly string[],
): Promise<boolean> {
  await pulumi.tidy();
  let interrupted = false;
  const onInterrupt = (): void => {
    interrupted = true;
  };
  process.once("SIGINT", onInterrupt);
  try {
    const args = ["--yes", "--skip-preview", "--suppress-outputs", ...more];
    await pulumi.run("destroy", configOf(pulumi, config), args, OBJECTS_GONE);
    return true;
  } catch (error) {
    if (!(error instanceof ExitCode) || interrupted || more.length > 0) throw error;
    return false;
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}

/** The lab is destroyed as its state knows it: the copy of the config that built it will do, also where its source is gone. */
function configOf({ root, stack }: Pulumi, config: string | undefined): string {
  const usable = config !== undefined || existsSync(workingFile(root, stack)) || existsSync(sourceFile(root, stack));
  const given = config !== undefined && !existsSync(config) ? undefined : config;
  return usable ? prepareStackFile(root, stack, given) : workingFile(root, stack);
}
