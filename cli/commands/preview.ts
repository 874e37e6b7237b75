import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import { ExitCode } from "../../common/errors";
import type { Global } from "../global";
import { findRoot } from "../../common/root";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

interface Args extends Global {
  readonly diff: boolean;
  readonly json: boolean;
  readonly "--"?: string[];
}

export const preview: CommandModule<Global, Args> = {
  command: "preview",
  describe: "show what `up` would change, BGP sessions that flap and routes included; changes nothing",
  builder: (yargs) =>
    yargs
      .option("diff", { type: "boolean", default: false, description: "every property that changes" })
      .option("json", {
        type: "boolean",
        default: false,
        description: "as JSON: Pulumi's preview, with what the network does as `network`",
      })
      .example("$0 preview --diff", "the properties that a changed config changes")
      .example("$0 preview -- --expect-no-changes", "what comes after -- goes to `pulumi preview`"),
  handler: async ({ stack, config, diff, json, ...more }) => {
    const { Pulumi } = load("../../pulumi/pulumi") as typeof import("../../pulumi/pulumi");
    const { previewedChange } = load("../../pulumi/previewing") as typeof import("../../pulumi/previewing");
    const { printJson } = load("../../common/output") as typeof import("../../common/output");
    const root = findRoot();
    const pulumi = new Pulumi(root, stack);
    const { configFile, existed } = await pulumi.ready(config);
    const { refuseOtherCluster } = load("../../pulumi/control-plane") as typeof import("../../pulumi/control-plane");
    if (existed) await refuseOtherCluster(pulumi, configFile);
    const args = [...(diff ? ["--diff"] : []), ...(more["--"] ?? [])];
    if (json) {
      const change = previewedChange(root, stack, configFile);
      const ran = await pulumi.capture(["preview", "--stack", stack, "--config-file", configFile, "--json", ...args]);
      process.stderr.write(ran.stderr);
      let shown: unknown;
      try {
        shown = JSON.parse(ran.stdout);
      } catch {
        process.stdout.write(ran.stdout);
        throw new ExitCode(ran.code === 0 ? 1 : ran.code);
      }
      printJson({ ...(shown as object), network: await change });
      if (ran.code !== 0) throw new ExitCode(ran.code);
      return;
    }
    await pulumi.run("preview", configFile, args);
  },
};
