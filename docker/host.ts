import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

export const DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";

const json = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/** Endpoint of the Docker CLI's current context; undefined for the context "default". Layout: `contexts/meta/<SHA-256 of the name>/meta.json`. */
function contextHost(): string | undefined {
  const dir = process.env.DOCKER_CONFIG ?? path.join(homedir(), ".docker");
  const name =
    process.env.DOCKER_CONTEXT ??
    (json(path.join(dir, "config.json")) as { currentContext?: string } | undefined)?.currentContext;
  if (name === undefined || name === "" || name === "default") return undefined;
  const meta = json(path.join(dir, "contexts", "meta", createHash("sha256").update(name).digest("hex"), "meta.json"));
  return (meta as { Endpoints?: { docker?: { Host?: string } } } | undefined)?.Endpoints?.docker?.Host;
}

/** Address of the Docker engine that the `docker` command would use: DOCKER_HOST, the current context, the default socket. */
export const dockerHost = (): string => process.env.DOCKER_HOST ?? contextHost() ?? DEFAULT_DOCKER_HOST;

/** Whether a user's choice names the engine, so that none is installed or started in its place. */
export const dockerHostIsChosen = (): boolean => process.env.DOCKER_HOST !== undefined || contextHost() !== undefined;

/** Makes an engine of the current context known to what reads DOCKER_HOST only (dockerode). */
export function adoptDockerHost(): void {
  if (process.env.DOCKER_HOST === undefined && dockerHostIsChosen()) process.env.DOCKER_HOST = dockerHost();
}

/** Whether this process may not open the socket that is there: another remedy than starting an engine. */
export const socketExists = (): boolean =>
  dockerHost().startsWith("unix://") && existsSync(dockerHost().slice("unix://".length));
