import { writeFileSync } from "node:fs";
import type { CommandModule } from "yargs";
import { FORMATS, type Format } from "../../report/graph/formats";
import { ExitCode, Failure } from "../../common/errors";
import type { Global } from "../global";
import { note } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const stackLabModule = lazy<typeof import("../../pulumi/stack-lab")>(require, "../../pulumi/stack-lab");
const checkTextModule = lazy<typeof import("../../report/check-text")>(require, "../../report/check-text");
const brokenModule = lazy<typeof import("../../report/predict/broken")>(require, "../../report/predict/broken");
const graphModule = lazy<typeof import("../../report/graph")>(require, "../../report/graph");

interface Args extends Global {
  readonly format?: Format;
  readonly json: boolean;
  readonly output?: string;
  readonly broken?: string;
}

const ENDINGS: Readonly<Record<string, Format>> = { svg: "svg", dot: "dot", gv: "dot", json: "json" };

export const graphCommand: CommandModule<Global, Args> = {
  command: "graph",
  describe: "draw a lab from its stack file alone: machines, cables, BGP sessions as predicted",
  builder: (yargs) =>
    yargs
      .option("format", { choices: FORMATS, description: "default: by the ending of --output, else mermaid" })
      .option("output", { alias: "o", type: "string", requiresArg: true, description: "write it to this file" })
      .option("broken", {
        type: "string",
        requiresArg: true,
        description: "take these out first: link:NAME,node:NAME,...",
      })
      .option("json", { type: "boolean", default: false, description: "as --format json" })
      .example("$0 graph -o lab.svg", "a picture")
      .example("$0 graph --stack bgp", "Mermaid, for a pull request or a README")
      .example("$0 graph --broken node:spine2 -o failed.svg", "what is left of the sessions"),
  handler: async ({ stack, config, format, json, output, broken }) => {
    const { fileLab } = stackLabModule();
    const { uri, plan, problems } = fileLab(findRoot(), stack, config);
    if (problems.length > 0) note(checkTextModule().problemsText(uri, problems));
    if (plan === null) throw new ExitCode(1);
    const { parseBroken } = brokenModule();
    const { drawn, graphOf } = graphModule();
    const ending = /\.([a-z]+)$/.exec(output ?? "")?.[1] ?? "";
    const text = await drawn(
      graphOf(plan, parseBroken(broken, plan)),
      json ? "json" : (format ?? ENDINGS[ending] ?? "mermaid"),
    );
    if (output === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(output, text);
    } catch (error) {
      throw new Failure(`-o ${output}: ${(error as Error).message}`);
    }
    note(`wrote ${output}`);
  },
};
