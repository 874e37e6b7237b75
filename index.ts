import { createRequire } from "node:module";
import * as path from "node:path";
import * as command from "@pulumi/command";
import { Provider } from "./provider/sdk";

// It is meant for the kubernetes plugin alone, and for one update: the SDK would make it a setting of the provider.
delete process.env["PULUMI_K8S_DELETE_UNREACHABLE"];

const providers = { fabriclab: new Provider("fabriclab"), command: new command.Provider("command") };

export = async (): Promise<Record<string, unknown>> => {
  // Bundled into one file (build/bundles.ts): a preview loads it instead of hundreds.
  const { lab } = createRequire(__filename)("./bundle/program") as typeof import("./program");
  return lab(path.join(__dirname, ".."), providers);
};
