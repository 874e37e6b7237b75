import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { findRoot } from "../root";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

interface Args extends Global { readonly diff: boolean; readonly json: boolean; readonly "--"?: string[] }

export const preview: CommandModule<Global, Args> = {
  command: "preview",
  describe: "show what `up` would change; changes nothing",
  builder: (yargs) => yargs
    .option("diff", { type: "boolean", default: false, description: "every property that changes" })
    .option("json", { type: "boolean", default: false, description: "as JSON" })
    .example("$0 preview --diff", "the properties that a changed config changes")
    .example("$0 preview -- --expect-no-changes", "what comes after -- goes to `pulumi preview`") as never,
  handler: async ({ stack, config, diff, json, ...more }) => {
    const { Pulumi } = load("../pulumi") as typeof import("../pulumi");
    const pulumi = new Pulumi(findRoot(), stack);
    const configFile = await pulumi.ready(config);
    await pulumi.run("preview", configFile, [...(diff ? ["--diff"] : []), ...(json ? ["--json"] : []), ...(more["--"] ?? [])]);
  },
};
