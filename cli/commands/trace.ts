import type { CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { coloured, printJson } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const traceModule = lazy<typeof import("../../drill/trace")>(require, "../../drill/trace");

interface Args extends Global {
  readonly from: string;
  readonly to: string;
  readonly json: boolean;
}

export const trace: CommandModule<Global, Args> = {
  command: "trace <from> <to>",
  describe:
    "the way of packets, predicted and live side by side, with encapsulation on each link; exit code 1 where they differ",
  builder: (yargs) =>
    yargs
      .positional("from", {
        type: "string",
        demandOption: true,
        description: "pod:NODE, a pod's name or address, or a machine",
      })
      .positional("to", {
        type: "string",
        demandOption: true,
        description: "the same, service:NAME of the workload, or any address",
      })
      .option("json", { type: "boolean", default: false, description: "as JSON" })
      .example("$0 trace pod:k8s-node-l1-1 pod:k8s-node-l2-1", "across the fabric")
      .example("$0 trace pod:k8s-node-l1-1 service:nginx-service", "to the backend that kube-proxy picks"),
  handler: async ({ stack, from, to, json }) => {
    const { openLab } = labModule();
    const { BadTrace, traceLive, traceText } = traceModule();
    const lab = await openLab(findRoot(), stack);
    let seen;
    try {
      seen = await traceLive(lab, from, to);
    } catch (error) {
      throw error instanceof BadTrace ? new UsageError(`trace: ${error.message}`) : error;
    }
    if (json) printJson(seen);
    else process.stdout.write(traceText(seen, coloured()));
    if (!seen.asPredicted) throw new ExitCode(1);
  },
};
