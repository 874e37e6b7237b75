import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { MachineSpec, Owner } from "../driver";
import { anyImage, docker, orNull, runHelper } from "./engine";

/** Volumes of set-up's image stores (docs/architecture.md, "Image store"). */
const STORES = "fabriclab-store-";

/** Folder of a machine's own tree in the volume: its name, and a hash so that two labs' machines never meet. */
export const treeName = (owner: Owner, machine: string): string =>
  `${owner.lab.replace("/", ".")}.${machine}.${createHash("sha256").update(owner.urn).digest("hex").slice(0, 8)}`;

/** Folders of a lab's machines, as an extended regular expression: a machine name has no dots, a stack name may. */
export const treesOf = (lab: string): string =>
  `${lab.replace("/", ".").replace(/\./g, "\\.")}\\.[a-z0-9-]+\\.[0-9a-f]{8}`;

/** Hard links share content that never changes; databases are written in place, so each machine has its own. */
const plantScript = (
  tree: string,
): string => `d=/s/machines/${tree}; rm -rf "$d"; mkdir -p /s/machines; cp -al /s/seed/containerd "$d"
find "$d" -name '*.db' | while read -r f; do cp -p "$f" "$f.own"; mv "$f.own" "$f"; done`;
const uprootScript = (tree: string): string => `rm -rf "/s/machines/${tree}"`;

const batches = new Map<string, { scripts: string[]; done: Promise<unknown> }>();
const GATHER_MS = 50;

/** Jobs run side by side; the whole fails with the output of those that fail. */
export const sideBySide = (
  scripts: readonly string[],
): string => `${scripts.map((s) => `( set -e; ${s} ) & jobs="$jobs $!"`).join("\n")}
failed=0; for job in $jobs; do wait "$job" || failed=1; done; exit $failed`;

/** Works on a machine's tree; what is asked for within moments goes in one helper run. */
async function onTree(owner: Owner, spec: MachineSpec, script: (tree: string) => string): Promise<void> {
  const { volume } = spec.seed!;
  const { image } = spec;
  const key = `${volume} ${image}`;
  let batch = batches.get(key);
  if (batch === undefined) {
    const scripts: string[] = [];
    const done = sleep(GATHER_MS).then(() => {
      batches.delete(key);
      return inStore(owner.lab, volume, image, sideBySide(scripts));
    });
    batches.set(key, (batch = { scripts, done }));
  }
  batch.scripts.push(script(treeName(owner, spec.name)));
  await batch.done;
}

/**
 * Gives a machine its own copy of a seed, at the cost of directory entries; returns the bind mount.
 *
 * @throws Error when set-up has not made the volume.
 */
export async function plant(owner: Owner, spec: MachineSpec): Promise<string[]> {
  if (spec.seed === null) return [];
  const volume = await orNull(docker.getVolume(spec.seed.volume).inspect());
  if (volume === null)
    throw new Error(`seed.volume: there is no Docker volume "${spec.seed.volume}": run set-up again (npm run setup)`);
  await onTree(owner, spec, plantScript);
  return [`${volume.Mountpoint}/machines/${treeName(owner, spec.name)}:${spec.seed.path}`];
}

/** Removes a machine's tree. */
export async function uproot(owner: Owner, spec: MachineSpec): Promise<void> {
  if (spec.seed !== null) await onTree(owner, spec, uprootScript);
}

/** Runs a script on a store volume, mounted at /s; nothing where there is no such volume. */
async function inStore(lab: string, volume: string, image: string | null, script: string): Promise<string> {
  if ((await orNull(docker.getVolume(volume).inspect())) === null) return "";
  const own = image === null ? null : await orNull(docker.getImage(image).inspect());
  const tools = own?.Id ?? (await anyImage());
  if (tools === null)
    throw new Error(
      `no image of fabriclab is left to clean Docker volume "${volume}" with: run set-up again (npm run setup), or remove the volume (docker volume rm ${volume})`,
    );
  return runHelper(lab, tools, script, { NetworkMode: "none", Binds: [`${volume}:/s`] });
}

/** Removes every tree of a lab from every store volume, by name alone. @returns what it removed, a line each. */
export async function uprootLab(lab: string): Promise<string[]> {
  const script = `cd /s/machines 2>/dev/null || exit 0; ls | grep -xE '${treesOf(lab)}' | while read -r d; do rm -rf "$d"; echo "$d"; done`;
  const volumes = ((await docker.listVolumes()).Volumes ?? []).filter((v) => v.Name.startsWith(STORES));
  const removed = await Promise.all(volumes.map(({ Name }) => inStore(lab, Name, null, script)));
  const head = `${lab.replace("/", ".")}.`;
  return removed
    .flatMap((text) => text.split("\n"))
    .filter((line) => line !== "")
    .map((tree) => `image store of ${tree.slice(head.length).split(".")[0]}`);
}
