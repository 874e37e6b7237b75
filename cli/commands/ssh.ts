import type { CommandModule } from "yargs";
import { ExitCode } from "../../common/errors";
import type { Global } from "../global";
import { attached } from "../../common/process";
import { shellWord } from "../../common/shell-word";
import { findRoot } from "../../common/root";
import { sshArguments, sshFiles } from "../../ssh/openssh";
import type { MachineLogin } from "../../ssh/machine";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const terminalModule = lazy<typeof import("../../ssh/terminal")>(require, "../../ssh/terminal");

interface Args extends Global {
  readonly machine: string;
  readonly "--"?: string[];
}

export const ssh: CommandModule<Global, Args> = {
  command: "ssh <machine>",
  describe: "open a shell on a machine",
  builder: (yargs) =>
    yargs
      .positional("machine", {
        type: "string",
        demandOption: true,
        description: "name in the plan: leaf1, k8s-node-l1-1",
      })
      .example("$0 ssh leaf1", "then: vtysh")
      .example("$0 ssh leaf1 -- vtysh", "a program that wants a terminal"),
  handler: async ({ stack, machine, ...more }) => {
    const { openLab, machineOf } = labModule();
    const to = machineOf(await openLab(findRoot(), stack), machine);
    const code = await interactive(to, more["--"] ?? []);
    if (code !== 0) throw new ExitCode(code);
  },
};

async function interactive(to: MachineLogin, command: readonly string[]): Promise<number> {
  const files = sshFiles(to);
  const terminal = command.length > 0 && process.stdin.isTTY ? ["-t"] : [];
  try {
    return await attached("ssh", [...terminal, ...sshArguments(to, files), ...command.map(shellWord)], {
      cwd: process.cwd(),
      env: process.env,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const { openShell } = terminalModule(); // no ssh client on this machine
    return await openShell(to, command.map(shellWord).join(" "));
  } finally {
    files.close();
  }
}
