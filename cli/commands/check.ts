import type { Argv, CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { printJson } from "../../common/output";
import { findRoot } from "../../common/root";
import { ownVersion } from "../version";
import { lazy } from "../../common/lazy";

const checkFilesModule = lazy<typeof import("../../pulumi/check-files")>(require, "../../pulumi/check-files");
const checkTextModule = lazy<typeof import("../../report/check-text")>(require, "../../report/check-text");
const hostFactsModule = lazy<typeof import("../../doctor/host-facts")>(require, "../../doctor/host-facts");
const sarifModule = lazy<typeof import("../../report/sarif")>(require, "../../report/sarif");
const planModule = lazy<typeof import("../../plan")>(require, "../../plan");

interface Args extends Global {
  readonly files?: string[];
  readonly file?: string[];
  readonly rules: boolean;
  readonly json: boolean;
  readonly sarif: boolean;
  readonly failures: boolean;
}

/** The parser that the options were given to: it knows which values are defaults. */
let parser: Argv | null = null;

export const checkCommand: CommandModule<Global, Args> = {
  command: "check [files..]",
  describe: "check stack files by all rules, with no engine and no set-up; exit code 1 where one is refused",
  builder: (yargs) =>
    (parser = yargs as Argv)
      .positional("files", {
        type: "string",
        array: true,
        description: "these files; without any, and without --stack, every Pulumi.*.yaml",
      })
      .option("file", {
        alias: "f",
        type: "string",
        array: true,
        requiresArg: true,
        description: "another file (as FILES)",
      })
      .option("json", { type: "boolean", default: false, description: "as JSON" })
      .option("sarif", { type: "boolean", default: false, description: "as SARIF 2.1.0, for code review" })
      .option("failures", {
        type: "boolean",
        default: true,
        description: "ask for each link and each switch what is lost while it is down (--no-failures leaves it out)",
      })
      .option("rules", { type: "boolean", default: false, description: "list the rules" })
      .example("$0 check examples/*.yaml", "some files")
      .example("$0 check", "every stack of this checkout")
      .example("$0 check --sarif > fabriclab.sarif", "in CI") as never,
  handler: async ({ stack, config, files: named, file, rules, json, sarif, failures }) => {
    if (json && sarif) throw new UsageError("--json or --sarif, not both");
    if (rules) {
      listRules(json);
      return;
    }
    const { checkFile, filesToCheck } = checkFilesModule();
    const { hostFacts } = hostFactsModule();
    const root = findRoot();
    const files = filesToCheck(
      root,
      [...(named ?? []), ...(file ?? []), ...(config === undefined ? [] : [config])],
      isGiven("stack") ? stack : null,
    );
    const host = await hostFacts();
    const checked = files.map((each) => checkFile(root, each, host, { failures }));
    if (json) printJson({ files: checked });
    else if (sarif) {
      const { sarifLog } = sarifModule();
      printJson(sarifLog(checked, ownVersion(root)));
    } else process.stdout.write(`${checked.map(checkTextModule().checkedText).join("\n\n")}\n`);
    if (checked.some((each) => !each.sound)) throw new ExitCode(1);
  },
};

/** Whether an option stands on the command line, or in the environment, and isn't the program's own default. */
function isGiven(option: string): boolean {
  const parsed = parser?.parsed as { defaulted?: Record<string, boolean> } | false | undefined;
  return process.env.FABRICLAB_STACK !== undefined || (parsed !== false && parsed?.defaulted?.[option] !== true);
}

function listRules(json: boolean): void {
  const rules = [...planModule().RULES, ...planModule().OUTCOME_RULES];
  if (json)
    printJson({
      rules: rules.map(({ name, severity, title, why, source, fixed }) => ({
        name,
        severity,
        title,
        why,
        source,
        fixed,
      })),
    });
  else
    process.stdout.write(
      rules
        .map(
          ({ name, severity, title, fixed }) =>
            `${name.padEnd(22)}${severity.padEnd(9)}${title}${fixed === null ? "" : " (can't be switched off)"}\n`,
        )
        .join(""),
    );
}
