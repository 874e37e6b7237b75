import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import { ExitCode, UsageError } from "../../common/errors";
import type { Global } from "../global";
import { shellWord } from "../../common/shell-word";
import { findRoot } from "../../common/root";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

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
    const { openLab, machineOf } = load("../../pulumi/lab") as typeof import("../../pulumi/lab");
    const { streamCommand } = load("../shell") as typeof import("../shell");
    const code = await streamCommand(
      machineOf(await openLab(findRoot(), stack), machine),
      command.map(shellWord).join(" "),
    );
    if (code !== 0) throw new ExitCode(code);
  },
};
