import { createRequire } from "node:module";
import * as path from "node:path";
import * as command from "@pulumi/command";
import { Provider } from "./provider/sdk";
import { registrationsSent } from "./startup/early-providers";

/** Registered before the program's own modules are loaded: the engine starts these plugins meanwhile. */
const providers = { fabriclab: new Provider("fabriclab"), command: new command.Provider("command") };

export = async (): Promise<Record<string, unknown>> => {
  await registrationsSent();
  const { lab } = createRequire(__filename)("./bundle/program") as typeof import("./program");
  return lab(path.join(__dirname, ".."), providers);
};
