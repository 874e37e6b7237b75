import { chmodSync, writeFileSync } from "node:fs";
import type { CommandModule } from "yargs";
import { Failure } from "../../common/errors";
import type { Global } from "../global";
import { findRoot } from "../../common/root";
import { note } from "../../common/output";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");

interface Args extends Global {
  readonly output?: string;
}

export const kubeconfigCommand: CommandModule<Global, Args> = {
  command: "kubeconfig",
  describe: "print the cluster's admin kubeconfig, or write it to a file",
  builder: (yargs) =>
    yargs
      .option("output", {
        alias: "o",
        type: "string",
        requiresArg: true,
        description: "write it to this file, readable by you alone",
      })
      .example("$0 kubeconfig -o kc", "then: kubectl --kubeconfig kc get nodes -o wide"),
  handler: async ({ stack, output }) => {
    const { openLab, upCommandLine } = labModule();
    const { kubeconfig: text, plan } = await openLab(findRoot(), stack);
    if (plan.cluster === null)
      throw new Failure(
        `lab "${stack}" is a fabric alone: it has no nodes, and no cluster`,
        "write nodes into its stack file",
      );
    if (text === null) throw new Failure(`lab "${stack}" has no cluster yet`, `finish it: ${upCommandLine(stack)}`);
    if (output === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(output, text, { mode: 0o600 });
      chmodSync(output, 0o600); // a file that was there keeps its mode otherwise
    } catch (error) {
      throw new Failure(`-o ${output}: ${(error as Error).message}`);
    }
    note(`wrote ${output}`);
  },
};
