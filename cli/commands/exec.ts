import type { CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { shellWord } from "../../common/shell-word";
import { findRoot } from "../../common/root";
import { lazy } from "../../common/lazy";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const terminalModule = lazy<typeof import("../../ssh/terminal")>(require, "../../ssh/terminal");

interface Args extends Global {
  readonly machine: string;
  readonly "--"?: string[];
}

export const exec: CommandModule<Global, Args> = {
  command: "exec <machine>",
  describe: "run a command on a machine; its exit code is this one's",
  builder: (yargs) =>
    yargs
      .usage("$0 exec MACHINE -- COMMAND [ARGUMENT...]")
      .positional("machine", {
        type: "string",
        demandOption: true,
        description: "name in the plan: leaf1, k8s-node-l1-1",
      })
      .example("$0 exec leaf1 -- vtysh -c 'show ip route bgp'", "one command, quoted as here")
      .example("$0 exec k8s-node-l1-1 -- sh -c 'ip route | grep vxlan'", "a line of shell"),
  handler: async ({ stack, machine, ...more }) => {
    const command = more["--"] ?? [];
    if (command.length === 0)
      throw new UsageError("exec: the command comes after `--`, as in `fabriclab exec leaf1 -- ip route`");
    const { openLab, machineOf } = labModule();
    const { streamCommand } = terminalModule();
    const code = await streamCommand(
      machineOf(await openLab(findRoot(), stack), machine),
      command.map(shellWord).join(" "),
    );
    if (code !== 0) throw new ExitCode(code);
  },
};
