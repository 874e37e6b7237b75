import { createRequire } from "node:module";
import * as path from "node:path";
import * as command from "@pulumi/command";
import { Provider } from "./provider/sdk";

const providers = { fabriclab: new Provider("fabriclab"), command: new command.Provider("command") };

export = async (): Promise<Record<string, unknown>> => {
  // Bundled into one file (build/bundles.ts): a preview loads it instead of hundreds.
  const { lab } = createRequire(__filename)("./bundle/program") as typeof import("./program");
  return lab(path.join(__dirname, ".."), providers);
};
