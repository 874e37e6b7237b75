import { writeFileSync } from "node:fs";
import { junitReport, tableReport, verifyLab, type VerifyOptions } from "../verify";
import { ExitCode, Failure } from "../common/errors";
import type { DeployedLab } from "../pulumi/lab";
import { coloured, note, printJson } from "../common/output";

export interface VerifyingOptions {
  readonly wait: number;
  readonly check?: readonly string[];
  readonly json?: boolean;
  /** File for the JUnit report. */
  readonly junit?: string;
  readonly failedOnly?: boolean;
}

/** Characters of a line where the output is no terminal: most rows fit, and an error of some command doesn't make a screen of each. */
const UNKNOWN_WIDTH = 180;

/** Verifies a lab, prints the report, and @throws ExitCode 1 when the lab is not as predicted. */
export async function verifyAndPrint(lab: DeployedLab, options: VerifyingOptions): Promise<void> {
  const report = await verifyLab({
    plan: lab.plan,
    machines: lab.machines,
    options: {
      wait: options.wait,
      ...(options.check === undefined ? {} : { only: options.check }),
      onRetry: waitingTold(),
    },
  });
  if (options.junit !== undefined) writeReport(options.junit, junitReport(report));
  if (options.json === true) printJson(report);
  else
    process.stdout.write(
      tableReport(report, {
        colour: coloured(),
        failedOnly: options.failedOnly ?? false,
        columns: process.stdout.columns ?? UNKNOWN_WIDTH,
      }),
    );
  if (!report.ok) throw new ExitCode(1);
}

/** Says what is waited for and until when, as often as either changes. */
function waitingTold(): NonNullable<VerifyOptions["onRetry"]> {
  let told = "";
  return (failed, until) => {
    const what = failed.map((check) => check.id).join(", ");
    const text = `waiting for ${what} until ${until.toLocaleTimeString("en-GB")}, or longer where something changes`;
    if (text === told) return;
    told = text;
    note(text);
  };
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Failure(`--junit ${file}: ${(error as Error).message}`);
  }
}
