import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const pulumiModule = lazy<typeof import("../../pulumi/pulumi")>(require, "../../pulumi/pulumi");
const controlPlaneModule = lazy<typeof import("../../pulumi/control-plane")>(require, "../../pulumi/control-plane");

interface Args extends Global {
  readonly "--"?: string[];
}

export const refresh: CommandModule<Global, Args> = {
  command: "refresh",
  describe: "read what became of the lab's machines and links; `up` then repairs it",
  builder: (yargs) => yargs.example("$0 refresh -- --diff", "what comes after -- goes to `pulumi refresh`"),
  handler: async ({ stack, config, ...more }) => {
    const { Pulumi } = pulumiModule();
    const pulumi = new Pulumi(findRoot(), stack);
    const { configFile } = await pulumi.ready(config);
    const { missingControlPlane, OBJECTS_GONE } = controlPlaneModule();
    await pulumi.run(
      "refresh",
      configFile,
      ["--yes", "--skip-preview", "--suppress-outputs", ...(more["--"] ?? [])],
      (await missingControlPlane(stack, configFile)) === null ? {} : OBJECTS_GONE,
    );
  },
};
