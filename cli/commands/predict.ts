import type { CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { coloured, note, printJson } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const stackLabModule = lazy<typeof import("../../pulumi/stack-lab")>(require, "../../pulumi/stack-lab");
const checkTextModule = lazy<typeof import("../../report/check-text")>(require, "../../report/check-text");
const brokenModule = lazy<typeof import("../../report/predict/broken")>(require, "../../report/predict/broken");
const viewModule = lazy<typeof import("../../report/predict/view")>(require, "../../report/predict/view");
const textModule = lazy<typeof import("../../report/predict/text")>(require, "../../report/predict/text");

interface Args extends Global {
  readonly file?: string;
  readonly session: boolean;
  readonly rib: boolean;
  readonly fib: boolean;
  readonly path?: string[];
  readonly router?: string;
  readonly broken?: string;
  readonly diff: boolean;
  readonly json: boolean;
}

export const predictCommand: CommandModule<Global, Args> = {
  command: "predict",
  describe: "say what a lab's routing will be, from its stack file alone: sessions, tables, paths",
  builder: (yargs) =>
    yargs
      .option("file", {
        alias: "f",
        type: "string",
        normalize: true,
        requiresArg: true,
        description: "another stack config file (as --config)",
      })
      .option("session", {
        type: "boolean",
        default: false,
        description: "BGP sessions: state expected, prefixes received",
      })
      .option("rib", { type: "boolean", default: false, description: "BGP tables" })
      .option("fib", { type: "boolean", default: false, description: "forwarding tables" })
      .option("path", {
        type: "string",
        array: true,
        nargs: 2,
        description:
          "the way of packets from SRC to DST: machines, pod:NODE, service:NAME, nodeport:NODE, vip:ADDRESS or addresses",
      })
      .option("router", { type: "string", requiresArg: true, description: "only this machine's" })
      .option("broken", {
        type: "string",
        requiresArg: true,
        description: "take these out first: link:NAME,node:NAME,...",
      })
      .option("diff", { type: "boolean", default: false, description: "what --broken changes against the whole lab" })
      .option("json", { type: "boolean", default: false, description: "as JSON (docs/predict.schema.json)" })
      .conflicts("file", "config")
      .example("$0 predict --stack vxlan --session", "which sessions come up, with how many prefixes")
      .example("$0 predict --path pod:k8s-node-l1-1 k8s-node-l2-1", "each hop's TTL, MTU and outer header")
      .example("$0 predict --broken link:leaf1-spine1,node:spine2 --diff", "what a failure changes"),
  handler: ({ stack, config, file, path, router, broken, json, ...asked }) => {
    const { fileLab } = stackLabModule();
    const { uri, plan, problems } = fileLab(findRoot(), stack, file ?? config);
    if (problems.length > 0 && !json) note(checkTextModule().problemsText(uri, problems));
    if (plan === null) {
      if (json) printJson({ problems });
      else note("\nToo little of the lab is sound to predict it.");
      throw new ExitCode(1);
    }
    const { parseBroken } = brokenModule();
    const { predictionView } = viewModule();
    const { predictionText } = textModule();
    if (asked.diff && broken === undefined)
      throw new UsageError("--diff compares what --broken leaves with the whole lab: say what is broken");
    const [from, to, ...more] = path ?? [];
    if (more.length > 0) throw new UsageError("--path takes one SRC and one DST");
    const view = predictionView(plan, problems, {
      ...asked,
      path: from === undefined || to === undefined ? null : [from, to],
      router: router ?? null,
      broken: parseBroken(broken, plan),
    });
    if (json) printJson(view);
    else process.stdout.write(`${problems.length > 0 ? "\n" : ""}${predictionText(view, coloured())}`);
  },
};
