import type { CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { coloured, note, printJson } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const drillModule = lazy<typeof import("../../drill")>(require, "../../drill");
const interruptModule = lazy<typeof import("../../drill/interrupt")>(require, "../../drill/interrupt");

const KINDS = ["link-down", "node-down", "spine-down", "session-reset"] as const;

interface Args extends Global {
  readonly failure: (typeof KINDS)[number];
  readonly machines?: string[];
  readonly silent: boolean;
  readonly keep: boolean;
  readonly json: boolean;
}

/** Exit status of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

export const drill: CommandModule<Global, Args> = {
  command: "drill <failure> <machines..>",
  describe:
    "break something, measure what it does, compare the rest with the prediction, mend it; exit code 1 where routes are not as predicted",
  builder: (yargs) =>
    yargs
      .positional("failure", { choices: KINDS, demandOption: true, description: "what happens" })
      .positional("machines", {
        type: "string",
        array: true,
        demandOption: true,
        description: "to which machine, or between which two",
      })
      .option("silent", {
        type: "boolean",
        default: false,
        description: "cables keep their carrier and pass nothing: only hold timers and BFD see it",
      })
      .option("keep", { type: "boolean", default: false, description: "leave it broken" })
      .option("json", {
        type: "boolean",
        default: false,
        description: "as JSON, with every lost packet and every difference",
      })
      .example("$0 drill link-down leaf1 spine1", "cut a cable")
      .example(
        "$0 drill link-down leaf1 spine1 --silent",
        "how long until somebody notices: 9 s of hold time, less with fabric.bgp.bfd",
      )
      .example("$0 drill node-down k8s-node-l2-1", "a machine dies without a word")
      .example("$0 drill spine-down spine2", "a switch does")
      .example("$0 drill session-reset leaf1 spine1", "clear bgp"),
  handler: async ({ stack, failure, machines, silent, keep, json }) => {
    const { openLab } = labModule();
    const own = drillModule();
    const { interruptible } = interruptModule();
    const lab = await openLab(findRoot(), stack);
    const onPhase = (text: string): void => {
      if (process.stderr.isTTY) note(text);
    };
    let result;
    try {
      const action = own.actionOf(lab.plan, failure, machines ?? [], silent);
      result = await interruptible((signal) => own.drill(lab, action, { keep, signal, onPhase }));
    } catch (error) {
      if (error instanceof own.BadDrill) throw new UsageError(error.message);
      if (error instanceof own.LeftBroken) for (const line of own.leftLines(error.left, stack)) note(line);
      const cause = error instanceof own.LeftBroken ? error.cause : error;
      if (!(cause instanceof own.Interrupted)) throw error;
      note(cause.message);
      throw new ExitCode(INTERRUPTED);
    }
    if (json) printJson(result);
    else process.stdout.write(own.drillText(result, stack, coloured()));
    if (!result.failure.routing.asPredicted || result.restored?.routing.asPredicted === false) throw new ExitCode(1);
  },
};
