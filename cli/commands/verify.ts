import type { CommandModule } from "yargs";
import type { Global } from "../global";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const verifyingModule = lazy<typeof import("../verifying")>(require, "../verifying");

interface Args extends Global {
  readonly wait: number;
  readonly check?: string[];
  readonly json: boolean;
  readonly junit?: string;
  readonly failed: boolean;
}

export const verify: CommandModule<Global, Args> = {
  command: "verify",
  describe: "compare the running lab with its plan; exit code 1 where they differ",
  builder: (yargs) =>
    yargs
      .option("wait", {
        type: "number",
        default: 0,
        requiresArg: true,
        description: "seconds during which failed checks are tried again",
      })
      .option("check", { type: "string", array: true, requiresArg: true, description: "only these checks" })
      .option("failed", { type: "boolean", default: false, description: "print only what failed" })
      .option("json", { type: "boolean", default: false, description: "as JSON" })
      .option("junit", { type: "string", requiresArg: true, description: "write a JUnit report to this file" })
      .example("$0 verify --wait 60 --junit report.xml", "in CI")
      .example("$0 verify --check sessions prefixes", "some of it"),
  handler: async ({ stack, wait, check, json, junit, failed }) => {
    const { openLab } = labModule();
    const { verifyAndPrint } = verifyingModule();
    const lab = await openLab(findRoot(), stack);
    await verifyAndPrint(lab, {
      wait,
      json,
      failedOnly: failed,
      ...(check === undefined ? {} : { check }),
      ...(junit === undefined ? {} : { junit }),
    });
  },
};
