import { existsSync } from "node:fs";
import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { ExitCode } from "../../common/errors";
import { note, say } from "../../common/output";
import { findRoot, PROJECT } from "../../common/root";
import { prepareStackFile, sourceFile, workingFile } from "../../pulumi/stack-file";
import type { Pulumi } from "../../pulumi/pulumi";
import { lazy } from "../../common/lazy";

const cleanupModule = lazy<typeof import("../../provider/cleanup")>(require, "../../provider/cleanup");
const localStateModule = lazy<typeof import("../../pulumi/local-state")>(require, "../../pulumi/local-state");
const controlPlaneModule = lazy<typeof import("../../pulumi/control-plane")>(require, "../../pulumi/control-plane");
const pulumiModule = lazy<typeof import("../../pulumi/pulumi")>(require, "../../pulumi/pulumi");

interface Args extends Global {
  readonly clean: boolean;
  readonly "--"?: string[];
}

export const down: CommandModule<Global, Args> = {
  command: "down",
  aliases: ["destroy"],
  describe: "destroy a lab and forget its stack; leaves nothing",
  builder: (yargs) =>
    yargs
      .option("clean", {
        type: "boolean",
        default: false,
        description:
          "remove everything that carries the lab's label, without asking the stack's state (it is lost, or damaged)",
      })
      .example("$0 down --stack vxlan", "destroy that lab")
      .example("$0 down --clean", "when the state is lost"),
  handler: async ({ stack, config, clean, ...more }) => {
    const root = findRoot();
    const pulumi = await pulumiIfSetUp(root, stack);
    const damage = pulumi?.damage() ?? null;
    if (damage !== null) {
      note(`the state of ${stack} can't be read (${damage}): removing all that carries the lab's label`);
    } else if (pulumi !== null && (await pulumi.exists())) {
      const whole = clean || (await destroy(pulumi, config, more["--"] ?? []));
      await pulumi.remove(clean || !whole);
    } else if (!clean) {
      say(`there is no stack ${stack}; looking for what one may have left`);
    }
    pulumi?.forget();
    // Whatever an interrupted run made and no state knows of carries the lab's label.
    const { removeByOwner } = cleanupModule();
    const removed = await removeByOwner(`${PROJECT}/${stack}`);
    for (const line of removed) say(`removed ${line}`);
    say(`lab ${stack} is gone`);
  },
};

/**
 * Destroys by the stack's state. Where that can't be done to its end (a machine was removed by hand, and what ran on it can't be asked), everything of
 * a lab still goes with its machines, which carry its label.
 *
 * @returns whether the state was enough
 * @throws ExitCode when it was interrupted, or only a part was to be destroyed
 */
async function destroy(pulumi: Pulumi, config: string | undefined, more: readonly string[]): Promise<boolean> {
  const { releaseDeadLocks } = localStateModule();
  releaseDeadLocks(pulumi.root, pulumi.stack);
  // The lab is destroyed as its state knows it: the copy that built it will do, also where its source is gone.
  const usable =
    config !== undefined ||
    existsSync(workingFile(pulumi.root, pulumi.stack)) ||
    existsSync(sourceFile(pulumi.root, pulumi.stack));
  const file = usable
    ? prepareStackFile(pulumi.root, pulumi.stack, config !== undefined && !existsSync(config) ? undefined : config)
    : workingFile(pulumi.root, pulumi.stack);
  const { OBJECTS_GONE } = controlPlaneModule();
  let interrupted = false;
  const onInterrupt = (): void => {
    interrupted = true;
  };
  process.once("SIGINT", onInterrupt);
  try {
    await pulumi.run("destroy", file, ["--yes", "--skip-preview", "--suppress-outputs", ...more], OBJECTS_GONE);
    return true;
  } catch (error) {
    if (!(error instanceof ExitCode) || interrupted || more.length > 0) throw error;
    note(`the state of ${pulumi.stack} could not be followed to its end: removing all that carries the lab's label`);
    return false;
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}

/** Cleaning up by labels needs no set-up: a checkout that lost its state can still do it. */
async function pulumiIfSetUp(root: string, stack: string): Promise<Pulumi | null> {
  const { Pulumi } = pulumiModule();
  try {
    return new Pulumi(root, stack);
  } catch {
    return null;
  }
}
