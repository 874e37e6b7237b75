/** Stand-in for the official `kubernetes` provider plugin 4.28.0, for where it can't be had: any typed object or CustomResource, by server-side apply. */
import { serve } from "../../provider/protocol/serve";
import { checkConfig, diffConfig, settingsOf } from "./config";
import { objectResource, type Settings } from "./object";
import { tokenGvk } from "./types";

let settings: Settings = {
  cluster: null,
  namespace: "default",
  mutable: { configMaps: false, secrets: false },
  unreachable: "error",
};
const official =
  "by this stand-in for the `kubernetes` plugin; install the official one (pulumi plugin install resource kubernetes v4.28.0)";

serve({
  name: "kubernetes",
  version: "4.28.0",
  resource: (type) => {
    tokenGvk(type);
    return objectResource(settings);
  },
  checkConfig,
  diffConfig,
  configure: async (given) => {
    settings = await settingsOf(given);
  },
  invoke: async (token) => {
    throw new Error(`${token}: not provided ${official}`);
  },
  components: ` ${official}`,
});
