import { createHash } from "node:crypto";
import { shellProgram } from "../../../common/shell-program";
import { docker } from "../../../docker/client";
import { orNull } from "../../../docker/engine";
import { batched } from "../../batched";
import type { MachineSpec, Owner } from "../driver";
import { anyImage, runHelper } from "./engine";

/** Volumes of set-up's image stores (docs/architecture.md, "Image store"). */
const STORES = "fabriclab-store-";

/** Folder of a machine's own tree in the volume: its name, and a hash so that two labs' machines never meet. */
export const treeName = (owner: Owner, machine: string): string =>
  `${owner.lab.replace("/", ".")}.${machine}.${createHash("sha256").update(owner.urn).digest("hex").slice(0, 8)}`;

/** Folders of a lab's machines, as an extended regular expression: a machine name has no dots, a stack name may. */
export const treesOf = (lab: string): string =>
  `${lab.replace("/", ".").replace(/\./g, "\\.")}\\.[a-z0-9-]+\\.[0-9a-f]{8}`;

type Work = "plant" | "uproot";

/** Works on machines' trees: pairs of arguments, the work and the tree's folder. */
export const treesScript = (): string => shellProgram("provider/drivers/docker/trees.sh");

const GATHER_MS = 50;
interface Job {
  readonly lab: string;
  readonly volume: string;
  readonly image: string;
  readonly work: Work;
  readonly tree: string;
}
const inBatch = batched<Job, string>(
  GATHER_MS,
  ({ lab, volume, image }) => `${lab} ${volume} ${image}`,
  async (jobs) => {
    const [first] = jobs;
    if (first === undefined) return [];
    const args = jobs.flatMap(({ work, tree }) => [work, tree]);
    const printed = await inStore(first, treesScript(), args);
    return jobs.map(() => printed);
  },
);

/** Works on a machine's tree. */
async function onTree(
  work: Work,
  owner: Owner,
  spec: MachineSpec,
  seed: NonNullable<MachineSpec["seed"]>,
): Promise<void> {
  const tree = treeName(owner, spec.name);
  await inBatch({ lab: owner.lab, volume: seed.volume, image: spec.image, work, tree });
}

/**
 * Gives a machine its own copy of a seed, at the cost of directory entries; returns the bind mount.
 *
 * @throws Error when set-up has not made the volume.
 */
export async function plant(owner: Owner, spec: MachineSpec): Promise<string[]> {
  if (spec.seed === null) return [];
  const volume = await orNull(docker().getVolume(spec.seed.volume).inspect());
  if (volume === null)
    throw new Error(`seed.volume: there is no Docker volume "${spec.seed.volume}": run set-up again (npm run setup)`);
  await onTree("plant", owner, spec, spec.seed);
  return [`${volume.Mountpoint}/machines/${treeName(owner, spec.name)}:${spec.seed.path}`];
}

/** Removes a machine's tree. */
export async function uproot(owner: Owner, spec: MachineSpec): Promise<void> {
  if (spec.seed !== null) await onTree("uproot", owner, spec, spec.seed);
}

interface Store {
  readonly lab: string;
  readonly volume: string;
  /** Image whose tools do the work; where there is none, or it is gone, any of set-up's. */
  readonly image: string | null;
}

/** Runs a script on a store volume, mounted at /s; nothing where there is no such volume. */
async function inStore({ lab, volume, image }: Store, script: string, args: readonly string[]): Promise<string> {
  if ((await orNull(docker().getVolume(volume).inspect())) === null) return "";
  const own = image === null ? null : await orNull(docker().getImage(image).inspect());
  const tools = own?.Id ?? (await anyImage());
  if (tools === null)
    throw new Error(
      `no image of fabriclab is left to clean Docker volume "${volume}" with: run set-up again (npm run setup), or remove the volume (docker volume rm ${volume})`,
    );
  return runHelper({ lab, image: tools, script, args, host: { NetworkMode: "none", Binds: [`${volume}:/s`] } });
}

/** Removes every tree of a lab from every store volume, by name alone. @returns what it removed, a line each. */
export async function uprootLab(lab: string): Promise<string[]> {
  const volumes = ((await docker().listVolumes()).Volumes ?? []).filter((v) => v.Name.startsWith(STORES));
  const removed = await Promise.all(
    volumes.map(({ Name }) =>
      inStore({ lab, volume: Name, image: null }, shellProgram("provider/drivers/docker/remove-trees.sh"), [
        treesOf(lab),
      ]),
    ),
  );
  const head = `${lab.replace("/", ".")}.`;
  return removed
    .flatMap((text) => text.split("\n"))
    .filter((line) => line !== "")
    .map((tree) => `image store of ${tree.slice(head.length).split(".")[0]}`);
}
