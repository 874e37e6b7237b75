/** One container of the switch image in which each router is a network namespace with its own FRR: nothing of it touches the host. */
import { capabilities, isRefusal, learn } from "../../../provider/drivers/docker/capabilities";
import { docker } from "../../../docker/client";
import { collect, forceRemove } from "../../../docker/engine";
import { LABEL } from "../../../provider/drivers/docker/engine";

export interface Container {
  /** Runs a shell script; throws with its output if it fails. */
  run(script: string): Promise<string>;
  remove(): Promise<void>;
}

/** Where the container has the image store. */
export const STORE = "/store";

/** @param store volume of the image store, which holds Calico's BIRD */
export async function startContainer(image: string, store: string, name: string): Promise<Container> {
  const owner = "fabriclab/prediction";
  const create = async (): Promise<string> => {
    const made = await docker().createContainer({
      name,
      Image: image,
      Entrypoint: ["sleep", "infinity"],
      Cmd: [],
      Labels: { [LABEL.lab]: owner, [LABEL.helper]: "1" },
      HostConfig: {
        NetworkMode: "none",
        Init: true,
        Binds: [`${store}:${STORE}:ro`],
        CapAdd: capabilities(),
        SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
        MaskedPaths: [],
        ReadonlyPaths: [],
        Tmpfs: { "/run": "exec", "/tmp": "exec" },
        PidsLimit: -1,
      },
    });
    try {
      await made.start();
    } catch (error) {
      await forceRemove(made.id);
      throw error;
    }
    return made.id;
  };
  const id = await create().catch(async (error: unknown) => {
    if (!isRefusal(error)) throw error;
    await learn(owner, image);
    return create();
  });
  return {
    run: (script) => execute(id, script),
    remove: () => forceRemove(id),
  };
}

async function execute(id: string, script: string): Promise<string> {
  const run = await docker()
    .getContainer(id)
    .exec({ Cmd: ["sh", "-c", script], AttachStdout: true, AttachStderr: true });
  const stream = await run.start({});
  const text = collect(stream);
  await new Promise<void>((resolve, reject) => {
    stream.once("end", resolve);
    stream.once("error", reject);
  });
  const { ExitCode: code } = await run.inspect();
  if (code !== 0) throw new Error(`exit status ${code}: ${text().trim().slice(-2000)}`);
  return text();
}
