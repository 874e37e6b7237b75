import yargs, { type Argv, type CommandModule } from "yargs";
import { completions } from "./complete";
import { captureCommand } from "./commands/capture";
import { checkCommand } from "./commands/check";
import { doctorCommand } from "./commands/doctor";
import { downCommand } from "./commands/down";
import { drillCommand } from "./commands/drill";
import { envCommand } from "./commands/env";
import { execCommand } from "./commands/exec";
import { graphCommand } from "./commands/graph";
import { inspectCommand } from "./commands/inspect";
import { kubeconfigCommand } from "./commands/kubeconfig";
import { predictCommand } from "./commands/predict";
import { probeCommand } from "./commands/probe";
import { previewCommand } from "./commands/preview";
import { refreshCommand } from "./commands/refresh";
import { setupCommand } from "./commands/setup";
import { sshCommand } from "./commands/ssh";
import { traceCommand } from "./commands/trace";
import { upCommand } from "./commands/up";
import { verifyCommand } from "./commands/verify";
import { UsageError } from "../common/errors";
import { defaultStack, type Global } from "./global";
import { findRoot } from "../common/root";
import { versionText } from "./version";

/** In the order of use. Each loads what it needs only when it runs, so that help and completion answer at once. */
const COMMANDS = [
  setupCommand,
  checkCommand,
  predictCommand,
  graphCommand,
  upCommand,
  previewCommand,
  refreshCommand,
  verifyCommand,
  inspectCommand,
  probeCommand,
  drillCommand,
  traceCommand,
  captureCommand,
  sshCommand,
  execCommand,
  kubeconfigCommand,
  downCommand,
  envCommand,
  doctorCommand,
] as unknown as readonly CommandModule<Global, Global>[];

/** The command line's grammar, with nothing run yet. */
export function program(args: readonly string[]): Argv<Global> {
  const parser = yargs([...args])
    .scriptName("fabriclab")
    .usage("$0 COMMAND\n\nBuilds on-premises Kubernetes network labs, and proves that they behave as planned.")
    .option("stack", {
      alias: "s",
      type: "string",
      default: defaultStack(),
      defaultDescription: "dev, or $FABRICLAB_STACK",
      description: "the lab: a Pulumi stack of this project",
      global: true,
      requiresArg: true,
    })
    .option("config", {
      type: "string",
      normalize: true,
      description: "stack config file other than Pulumi.STACK.yaml",
      global: true,
      requiresArg: true,
    });
  for (const command of COMMANDS) parser.command(command);
  return (
    parser
      .completion(
        "completion",
        "print the completion script of your shell (or `completion bash`, `completion zsh`)",
        complete,
      )
      .example("$0 up", "set up what is missing, build the lab of Pulumi.dev.yaml, verify it")
      .example("$0 exec leaf1 -- vtysh -c 'show bgp summary'", "run a command on a machine")
      .example("source <($0 completion bash)", "completion in this shell")
      .parserConfiguration({ "populate--": true })
      .demandCommand(1, "which command?")
      .strict()
      .recommendCommands()
      .showHelpOnFail(false)
      .exitProcess(false)
      .check((argv) => {
        if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(argv.stack))
          throw new UsageError(`--stack "${argv.stack}": a stack's name has letters, digits, -, _ and . only`);
        return true;
      })
      // What the parser itself throws (YError) is about the command line too.
      .fail((message, error: Error | undefined) => {
        throw error === undefined || error.name === "YError" ? new UsageError(message) : error;
      })
      .wrap(Math.min(120, process.stdout.columns ?? 100))
      .version("version", "print the versions of fabriclab and of what its labs are made of", versionText())
      .help()
  );
}

/** Runs one command line. @throws what the command threw; UsageError when the line can't be right */
export async function run(args: readonly string[]): Promise<void> {
  // yargs writes the script of the shell that $SHELL names: a shell named on the command line goes first.
  if (args[0] === "completion" && (args[1] === "bash" || args[1] === "zsh")) {
    delete process.env.ZSH_NAME;
    process.env.SHELL = `/bin/${args[1]}`;
    args = ["completion"];
  }
  await program(args).parseAsync();
}

function complete(
  current: string,
  _: unknown,
  parserOwn: (done: (error: Error | null, found: string[] | undefined) => void) => void,
  done: (found: string[]) => void,
): void {
  const raw = process.argv.slice(process.argv.indexOf("--get-yargs-completions") + 1);
  const words = raw.slice(1);
  if (words.at(-1) !== current && current === "") words.push("");
  const own = (): void => parserOwn((_error, found) => done(found ?? []));
  let root: string;
  try {
    root = findRoot();
  } catch {
    // Outside a checkout there are no labs to name: commands and options are completed all the same.
    own();
    return;
  }
  completions(root, words, defaultStack()).then(
    (found) => {
      if (found === null) own();
      else done(found);
    },
    () => done([]),
  );
}
