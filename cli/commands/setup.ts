import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { say } from "../output";
import { findRoot } from "../root";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

export const setup: CommandModule<Global, Global> = {
  command: "setup",
  describe: "set up this machine for labs: Pulumi, images, engine; what is there is kept",
  handler: async () => {
    const { setup: perform } = load("../../airgap/setup") as typeof import("../../airgap/setup");
    const begun = Date.now();
    const result = await perform({ root: findRoot(), output: process.stdout });
    say(`set up (${result.way} way, ${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  },
};
