import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { findRoot } from "../../common/root";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

interface Args extends Global {
  readonly "--"?: string[];
}

export const refresh: CommandModule<Global, Args> = {
  command: "refresh",
  describe: "read what became of the lab's machines and links; `up` then repairs it",
  builder: (yargs) => yargs.example("$0 refresh -- --diff", "what comes after -- goes to `pulumi refresh`"),
  handler: async ({ stack, config, ...more }) => {
    const { Pulumi } = load("../../pulumi/pulumi") as typeof import("../../pulumi/pulumi");
    const pulumi = new Pulumi(findRoot(), stack);
    const { configFile } = await pulumi.ready(config);
    const { missingControlPlane, OBJECTS_GONE } = load(
      "../../pulumi/control-plane",
    ) as typeof import("../../pulumi/control-plane");
    await pulumi.run(
      "refresh",
      configFile,
      ["--yes", "--skip-preview", "--suppress-outputs", ...(more["--"] ?? [])],
      (await missingControlPlane(stack, configFile)) === null ? {} : OBJECTS_GONE,
    );
  },
};
