import type { CommandModule } from "yargs";
import { ExitCode } from "../../common/errors";
import type { Global } from "../global";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const pulumiModule = lazy<typeof import("../../pulumi/pulumi")>(require, "../../pulumi/pulumi");
const previewingModule = lazy<typeof import("../../pulumi/previewing")>(require, "../../pulumi/previewing");
const outputModule = lazy<typeof import("../../common/output")>(require, "../../common/output");
const controlPlaneModule = lazy<typeof import("../../pulumi/control-plane")>(require, "../../pulumi/control-plane");

interface Args extends Global {
  readonly diff: boolean;
  readonly json: boolean;
  readonly "--"?: string[];
}

export const previewCommand: CommandModule<Global, Args> = {
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
    const { Pulumi } = pulumiModule();
    const { previewedChange } = previewingModule();
    const { printJson } = outputModule();
    const root = findRoot();
    const pulumi = new Pulumi(root, stack);
    const { configFile, existed } = await pulumi.ready(config);
    const { checkCluster } = controlPlaneModule();
    if (existed) await checkCluster(pulumi, configFile);
    const args = [...(diff ? ["--diff"] : []), ...(more["--"] ?? [])];
    if (json) {
      const change = previewedChange(root, stack, configFile);
      const ran = await pulumi.capture(["preview", "--stack", stack, "--config-file", configFile, "--json", ...args]);
      process.stderr.write(ran.stderr);
      let shown: unknown;
      try {
        shown = JSON.parse(ran.stdout);
      } catch {
        // Pulumi printed no JSON because it failed before it could: its own words say why.
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
