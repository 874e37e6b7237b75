import type { CommandModule } from "yargs";
import { Failure } from "../../common/errors";
import type { Global } from "../global";
import { shellWord } from "../../common/shell-word";
import { printJson, say } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const environmentModule = lazy<typeof import("../../pulumi/environment")>(require, "../../pulumi/environment");

interface Args extends Global {
  readonly json: boolean;
}

export const env: CommandModule<Global, Args> = {
  command: "env",
  describe: "print the environment in which plain `pulumi` works on this checkout",
  builder: (yargs) =>
    yargs
      .option("json", { type: "boolean", default: false, description: "as JSON" })
      .example('eval "$($0 env)"', "then: pulumi preview --stack dev"),
  handler: async ({ json }) => {
    const { pulumiEnvironment, readSetup } = environmentModule();
    const root = findRoot();
    let variables: Record<string, string>;
    try {
      variables = pulumiEnvironment(root, readSetup(root));
    } catch (error) {
      throw new Failure((error as Error).message);
    }
    if (json) printJson(variables);
    else for (const [name, value] of Object.entries(variables)) say(`export ${name}=${shellWord(value)}`);
  },
};
