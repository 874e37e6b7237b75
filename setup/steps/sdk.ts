import { readFileSync } from "node:fs";
import * as path from "node:path";

/** Provider plugins that a lab's program uses, besides ours. */
export const PLUGINS = ["command", "kubernetes"] as const;

/** Version of an installed package of Pulumi's: its plugin must be of exactly this one, since the SDK asks for it. */
export const sdkVersion = (root: string, name: string): string =>
  (
    JSON.parse(readFileSync(path.join(root, "node_modules", "@pulumi", name, "package.json"), "utf8")) as {
      version: string;
    }
  ).version;

/** Name of a plugin's folder under PULUMI_HOME/plugins, as the engine looks for it. */
export const pluginFolder = (root: string, name: string): string => `resource-${name}-v${sdkVersion(root, name)}`;
