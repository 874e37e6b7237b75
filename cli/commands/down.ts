import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { note, say } from "../../common/output";
import { findRoot, PROJECT } from "../../common/root";
import type { Pulumi } from "../../pulumi/pulumi";
import { lazy } from "../../common/lazy";

const cleanupModule = lazy<typeof import("../../provider/cleanup")>(require, "../../provider/cleanup");
const destroyModule = lazy<typeof import("../../pulumi/destroy")>(require, "../../pulumi/destroy");
const pulumiModule = lazy<typeof import("../../pulumi/pulumi")>(require, "../../pulumi/pulumi");

interface Args extends Global {
  readonly clean: boolean;
  readonly "--"?: string[];
}

export const downCommand: CommandModule<Global, Args> = {
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
      const whole = clean || (await destroyModule().destroyByState(pulumi, config, more["--"] ?? []));
      if (!whole)
        note(`the state of ${stack} could not be followed to its end: removing all that carries the lab's label`);
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

/** Cleaning up by labels needs no set-up: a checkout that lost its state can still do it. */
async function pulumiIfSetUp(root: string, stack: string): Promise<Pulumi | null> {
  const { Pulumi } = pulumiModule();
  try {
    return new Pulumi(root, stack);
  } catch {
    // This checkout is not set up: there is no state to follow, and the labels tell what to remove.
    return null;
  }
}
