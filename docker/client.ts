/** The one client of the Docker engine: set-up, the provider and the command line all use it, so that they never speak to different engines. */
import Docker from "dockerode";
import { labDockerHost } from "./host";

let current: { readonly host: string; readonly client: Docker } | null = null;

/** The engine of this checkout's labs (`labDockerHost`), or the one that `useDockerHost` named. The client is made with the first call. */
export function docker(): Docker {
  current ??= connected(labDockerHost());
  return current.client;
}

/** Address of the engine that `docker()` speaks to. */
export function dockerHost(): string {
  current ??= connected(labDockerHost());
  return current.host;
}

/** Lets this process speak to another engine from now on: set-up decides anew where the labs of a checkout run. */
export function useDockerHost(host: string): void {
  if (current?.host !== host) current = connected(host);
}

/** Forgets which engine it is, so that the next call decides anew. For tests, which change the environment. */
export function forgetDockerHost(): void {
  current = null;
}

/** dockerode reads an address with its user and certificates out of the environment only, and does so in its constructor. */
function connected(host: string): { host: string; client: Docker } {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = host;
  try {
    return { host, client: new Docker() };
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
}
