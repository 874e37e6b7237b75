/** Stand-in for the official `command` provider plugin 1.2.1, for where it can't be had: same tokens, same properties, the same order of things. */
import { serve, type Resource } from "../../provider/protocol/serve";
import { commandResource } from "./command";
import { copyResource } from "./copy";

const resources: Readonly<Record<string, Resource>> = {
  "command:local:Command": commandResource("local"),
  "command:remote:Command": commandResource("remote"),
  "command:remote:CopyToRemote": copyResource,
};

serve({
  name: "command",
  version: "1.2.1",
  resource: (type) => {
    const found = resources[type];
    if (found === undefined)
      throw new Error(
        `${type}: not provided by this stand-in for the \`command\` plugin; install the official one (pulumi plugin install resource command v1.2.1)`,
      );
    return found;
  },
  invoke: async (token) => {
    throw new Error(
      `${token}: not provided by this stand-in for the \`command\` plugin; install the official one (pulumi plugin install resource command v1.2.1)`,
    );
  },
  components:
    " by this stand-in for the `command` plugin; install the official one (pulumi plugin install resource command v1.2.1)",
});
