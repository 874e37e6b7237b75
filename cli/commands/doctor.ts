import type { CommandModule } from "yargs";
import { ExitCode } from "../../common/errors";
import type { Global } from "../global";
import { coloured, printJson } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const doctorModule = lazy<typeof import("../../doctor")>(require, "../../doctor");
const tableModule = lazy<typeof import("../../doctor/table")>(require, "../../doctor/table");

interface Args extends Global {
  readonly json: boolean;
}

export const doctor: CommandModule<Global, Args> = {
  command: "doctor",
  describe: "what this machine can and can't run, why, and the remedy",
  builder: (yargs) => yargs.option("json", { type: "boolean", default: false, description: "as JSON" }),
  handler: async ({ json }) => {
    const { examine } = doctorModule();
    const { findingsTable } = tableModule();
    const diagnosis = await examine(findRoot());
    if (json) printJson(diagnosis);
    else process.stdout.write(findingsTable(diagnosis, coloured()));
    if (!diagnosis.ok) throw new ExitCode(1);
  },
};
