import { PassThrough } from "node:stream";
import Docker from "dockerode";

export const docker = new Docker();

export const LABEL = { lab: "fabriclab.owner", urn: "fabriclab.urn", machine: "fabriclab.machine", helper: "fabriclab.helper" } as const;

export const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** Null instead of an error where the thing asked for is not there. */
export async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try { return await promise; } catch (error) { if (isMissing(error)) return null; throw error; }
}

/** Containers of a lab, running or not. */
export const containersOf = (lab: string): Promise<Docker.ContainerInfo[]> => docker.listContainers({ all: true, filters: { label: [`${LABEL.lab}=${lab}`] } });

export async function forceRemove(id: string): Promise<void> {
  try { await docker.getContainer(id).remove({ force: true, v: true }); }
  catch (error) { if (!isMissing(error) && statusOf(error) !== 409) throw error; } // 409: a removal is on its way
}

/** Runs a short-lived container to its end and returns its output. @throws Error with the output when it exits other than 0. */
export async function runHelper(lab: string, image: string, script: string, host: Docker.HostConfig): Promise<string> {
  const out = new PassThrough();
  let text = "";
  out.on("data", (d: Buffer) => { text += d.toString(); });
  const container = await docker.createContainer({ Image: image, Entrypoint: ["sh", "-c", script], Labels: { [LABEL.lab]: lab, [LABEL.helper]: "1" },
    HostConfig: { SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"], ...host } });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    container.modem.demuxStream(stream, out, out);
    const ended = new Promise<void>((resolve) => stream.on("end", resolve));
    await container.start();
    const { StatusCode: code } = await container.wait() as { StatusCode: number };
    await Promise.race([ended, new Promise((r) => setTimeout(r, 500).unref())]);
    if (code !== 0) throw new Error(text.trim().slice(-2000) || `exit status ${code}`);
    return text;
  } finally {
    await forceRemove(container.id);
  }
}
