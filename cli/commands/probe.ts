import type { CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { LiveFlow, Probing } from "../../drill/probe";
import type { Global } from "../global";
import { coloured, note, printJson } from "../../common/output";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const probeModule = lazy<typeof import("../../drill/probe")>(require, "../../drill/probe");
const interruptModule = lazy<typeof import("../../drill/interrupt")>(require, "../../drill/interrupt");
const processModule = lazy<typeof import("../../common/process")>(require, "../../common/process");

interface Args extends Global {
  readonly for: string;
  readonly while: boolean;
  readonly json: boolean;
  readonly "--"?: string[];
}

/** Probes go on after the command's end, and while a flow gets no answers: what it began may still be under way. */
const AFTER_MS = 3000;
const AT_MOST_MS = 30_000;
/** So many answers in a row, and a flow is back. */
const BACK = 5;

export const probe: CommandModule<Global, Args> = {
  command: "probe",
  describe: "send between pods and to the service for a while, and say what was lost; exit code 1 where anything was",
  builder: (yargs) =>
    yargs
      .option("for", {
        type: "string",
        default: "10s",
        requiresArg: true,
        description: "how long: 10s, 5m; Ctrl-C ends it earlier",
      })
      .option("while", {
        type: "boolean",
        default: false,
        description:
          "as long as the command after -- runs and until all flows are answered again (3 to 30 s more); its output goes to stderr",
      })
      .option("json", { type: "boolean", default: false, description: "as JSON, with the time of each lost packet" })
      .example("$0 probe --for 60s", "while another terminal changes the lab")
      .example("$0 probe --while -- npx fabriclab up", "what a change of a running lab costs"),
  handler: async ({ stack, for: time, while: beside, json, ...more }) => {
    const ms = durationMs(time);
    const command = more["--"] ?? [];
    if (beside !== command.length > 0)
      throw new UsageError(
        beside
          ? "--while needs a command: fabriclab probe --while -- fabriclab up"
          : "a command after -- goes with --while",
      );
    const { openLab } = labModule();
    const { during, probeText } = probeModule();
    const { interruptible } = interruptModule();
    const lab = await openLab(findRoot(), stack);
    const { value: code, probe: seen } = await interruptible((signal) =>
      during(lab, (probing) => (beside ? runs(command, probing, signal) : wait(ms, signal)), {
        signal,
        onPhase: (text) => {
          if (process.stderr.isTTY) note(text);
        },
      }),
    );
    if (json) printJson(seen);
    else process.stdout.write(probeText(seen, coloured()));
    if (code !== 0) throw new ExitCode(code);
    if (seen.lost > 0 || seen.flows.some((each) => each.error !== "")) throw new ExitCode(1);
  },
};

/** "10s", "1.5m", "500ms", "10" (seconds). @throws UsageError */
export function durationMs(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const ms =
    Number(found?.[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[(found?.[2] ?? "s") as "ms" | "s" | "m" | "h"];
  if (found === null || ms === 0) throw new UsageError(`--for ${text}: write a time such as 10s, 500ms or 5m`);
  return ms;
}

/** Runs a command under the probes. @returns its exit status */
async function runs([file = "", ...args]: readonly string[], { flows }: Probing, signal: AbortSignal): Promise<number> {
  const { attached } = processModule();
  const code = await attached(file, args, { cwd: process.cwd(), env: process.env, stdout: process.stderr });
  await wait(AFTER_MS, signal);
  const answered = (of: LiveFlow): boolean =>
    of
      .samples()
      .slice(-BACK)
      .every((each) => each.answered);
  for (let waited = AFTER_MS; waited < AT_MOST_MS && !signal.aborted && !flows.every(answered); waited += 500)
    await wait(500, signal);
  return code;
}

const wait = (ms: number, signal: AbortSignal): Promise<0> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      resolve(0);
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
