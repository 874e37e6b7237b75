import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import * as path from "node:path";

/** Where an engine listens for its plugins: the argument that it starts each of them with. */
const ENGINE = /^127\.0\.0\.1:(\d+)$/;

/** A plugin of a Pulumi engine, as the list of processes shows it. */
interface PluginProcess {
  readonly pid: number;
  /** Port of the engine that started it. */
  readonly engine: number;
}

/**
 * Ends plugins whose engine was killed. The official kubernetes plugin looks for its engine every five minutes, and then waits for the requests that it is
 * at, which nobody will take the answers of: one that was awaiting an object stays for good.
 *
 * Only plugins of the given Pulumi home are looked at. A plugin is left alone as long as something listens where its engine did.
 *
 * @param pulumiHome folder whose `plugins` are meant (PULUMI_HOME)
 * @returns ids of the processes that were told to end
 */
export async function endOrphanedPlugins(pulumiHome: string): Promise<number[]> {
  const asked = pluginsOf(pulumiHome).map(async ({ pid, engine }) => ((await listens(engine)) ? [] : end(pid)));
  return (await Promise.all(asked)).flat();
}

function pluginsOf(pulumiHome: string): PluginProcess[] {
  if (!existsSync("/proc/self")) return [];
  const folder = path.join(pulumiHome, "plugins") + path.sep;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const words = commandLine(entry);
      const engine = words.map((word) => ENGINE.exec(word)?.[1]).find((port) => port !== undefined);
      return engine !== undefined && words.some((word) => word.startsWith(folder))
        ? [{ pid: Number(entry), engine: Number(engine) }]
        : [];
    });
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // The process ended meanwhile.
  }
}

/** Whether something takes connections on this port of loopback. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
  });
}

function end(pid: number): number[] {
  try {
    process.kill(pid, "SIGTERM");
    return [pid];
  } catch {
    return []; // It ended meanwhile, or is another user's.
  }
}
