import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { findRoot } from "../common/root";

export const DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";

const json = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // no such file, or half of one
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

/** Address of the engine that set-up of this checkout went to; undefined before set-up, and outside a checkout. */
function setupHost(): string | undefined {
  try {
    const setup = json(path.join(findRoot(), ".fabriclab", "setup.json"));
    return (setup as { dockerHost?: string } | undefined)?.dockerHost;
  } catch {
    return undefined; // a plugin runs wherever the Pulumi engine starts it
  }
}

/** Address of the Docker engine that the `docker` command would use: DOCKER_HOST, the current context, the default socket. Set-up goes there. */
export const chosenDockerHost = (): string => process.env.DOCKER_HOST ?? contextHost() ?? DEFAULT_DOCKER_HOST;

/** Whether a user's choice names the engine, so that none is installed or started in its place. */
export const dockerHostIsChosen = (): boolean => process.env.DOCKER_HOST !== undefined || contextHost() !== undefined;

/**
 * Address of the Docker engine that this checkout's labs run on. Set-up wrote down where it went, and that goes before the current context: a context
 * that was switched since then leads to an engine that knows nothing of the labs.
 */
export const labDockerHost = (): string => process.env.DOCKER_HOST ?? setupHost() ?? chosenDockerHost();

/** Whether this process may not open the socket that is there: another remedy than starting an engine. */
export const socketExists = (): boolean =>
  chosenDockerHost().startsWith("unix://") && existsSync(chosenDockerHost().slice("unix://".length));
