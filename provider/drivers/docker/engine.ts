import type Docker from "dockerode";
import { docker } from "../../../docker/client";
import { runContainer } from "../../../docker/engine";

export const LABEL = {
  lab: "fabriclab.owner",
  urn: "fabriclab.urn",
  machine: "fabriclab.machine",
  helper: "fabriclab.helper",
} as const;

/** Containers of a lab, running or not. */
export const containersOf = (lab: string): Promise<Docker.ContainerInfo[]> =>
  docker().listContainers({ all: true, filters: { label: [`${LABEL.lab}=${lab}`] } });

/** What a helper container does. */
export interface Helper {
  readonly lab: string;
  readonly image: string;
  /** A shell program, the same for every call: what differs is in its arguments, which no shell reads. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly host: Docker.HostConfig;
}

/**
 * Runs a shell program in a short-lived container that carries a lab's label, and returns its output.
 *
 * @throws Error with the output when it exits other than 0.
 */
export const runHelper = ({ lab, image, script, args = [], host }: Helper): Promise<string> =>
  runContainer({
    Image: image,
    Entrypoint: ["sh", "-c", script, "helper", ...args],
    Cmd: [],
    Labels: { [LABEL.lab]: lab, [LABEL.helper]: "1" },
    HostConfig: { SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"], ...host },
  });

/** An image to run helpers with where a machine's own is gone: any of set-up's. */
export async function anyImage(): Promise<string | null> {
  const found = (await docker().listImages()).find((image) =>
    image.RepoTags?.some((tag) => tag.startsWith("fabriclab/")),
  );
  return found?.Id ?? null;
}
