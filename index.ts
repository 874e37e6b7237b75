import { createRequire } from "node:module";
import * as path from "node:path";
import * as command from "@pulumi/command";
import { Provider } from "./provider/sdk";

/**
 * Registered before anything else is loaded: the engine starts these plugins while the program is still reading its modules, and a preview
 * is shorter by both starts.
 */
const providers = { fabriclab: new Provider("fabriclab"), command: new command.Provider("command") };
/** Turns of the event loop until both registrations are on their way. */
const TURNS = 20;

export = async (): Promise<Record<string, unknown>> => {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((next) => setImmediate(next));
  const { lab } = createRequire(__filename)("./bundle/program") as typeof import("./program");
  return lab(path.join(__dirname, ".."), providers);
};
