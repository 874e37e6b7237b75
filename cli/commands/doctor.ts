import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import { ExitCode } from "../../common/errors";
import type { Global } from "../global";
import { coloured, printJson } from "../../common/output";
import { findRoot } from "../../common/root";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

interface Args extends Global {
  readonly json: boolean;
}

export const doctor: CommandModule<Global, Args> = {
  command: "doctor",
  describe: "what this machine can and can't run, why, and the remedy",
  builder: (yargs) => yargs.option("json", { type: "boolean", default: false, description: "as JSON" }),
  handler: async ({ json }) => {
    const { examine } = load("../../doctor") as typeof import("../../doctor");
    const { findingsTable } = load("../../doctor/table") as typeof import("../../doctor/table");
    const diagnosis = await examine(findRoot());
    if (json) printJson(diagnosis);
    else process.stdout.write(findingsTable(diagnosis, coloured()));
    if (!diagnosis.ok) throw new ExitCode(1);
  },
};
