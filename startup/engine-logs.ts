/**
 * Keeps the Pulumi CLI from logging every property of every resource into its home. Each run would leave megabytes there.
 *
 * What it saves was not measured anew with the official kubernetes plugin.
 */
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isPlain } from "./plain";

const NOTE =
  "fabriclab keeps the Pulumi CLI from logging here; remove this file, or set FABRICLAB_PLAIN=1, to have its logs.\n";

/**
 * Puts a file where the CLI would make its folder of logs: it then does without. The home is set-up's own, nobody else's. A plain run takes the file
 * away again.
 *
 * @param home PULUMI_HOME
 */
export function withoutLogs(home: string): string {
  const logs = path.join(home, "logs");
  const isFile = statSync(logs, { throwIfNoEntry: false })?.isFile() === true;
  if (isPlain()) {
    if (isFile) rmSync(logs);
  } else if (!isFile && existsSync(home)) {
    rmSync(logs, { recursive: true, force: true });
    writeFileSync(logs, NOTE);
  }
  return home;
}
