import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { say } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const setupModule = lazy<typeof import("../../setup/setup")>(require, "../../setup/setup");
const pruneModule = lazy<typeof import("../../setup/prune")>(require, "../../setup/prune");

interface Args extends Global {
  readonly prune: boolean;
}

export const setupCommand: CommandModule<Global, Args> = {
  command: "setup",
  describe: "set up this machine for labs: Pulumi, images, engine; what is there is kept",
  builder: (yargs) =>
    yargs.option("prune", {
      type: "boolean",
      default: false,
      description: "afterwards remove builds, images and image stores of earlier versions",
    }),
  handler: async ({ prune }) => {
    const { setup: perform } = setupModule();
    const begun = Date.now();
    const result = await perform({ root: findRoot(), output: process.stdout });
    say(`set up (${result.way} way, ${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    if (!prune) return;
    const { prune: clear } = pruneModule();
    const { removed, kept } = await clear({ root: findRoot() });
    for (const line of removed) say(`removed ${line}`);
    for (const line of kept) say(`kept ${line}`);
    say(`${removed.length} removed, ${kept.length} kept because a lab runs on them`);
  },
};
