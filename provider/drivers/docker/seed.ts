import { createHash } from "node:crypto";
import type { MachineSpec, Owner } from "../driver";
import { docker, isMissing, orNull, runHelper } from "./engine";

/** Folder of a machine's own tree in the volume: its name, and a hash so that two labs' machines never meet. */
const folder = (owner: Owner, machine: string): string => `${owner.lab.replace("/", ".")}.${machine}.${createHash("sha256").update(owner.urn).digest("hex").slice(0, 8)}`;

/** Hard links share content that never changes; databases are written in place, so each machine has its own. */
const LINK = (to: string): string => `set -e; d=/s/machines/${to}; rm -rf "$d"; cp -al /s/seed/containerd "$d"
find "$d" -name '*.db' | while read -r f; do cp -p "$f" "$f.own"; mv "$f.own" "$f"; done`;

/**
 * Gives a machine its own copy of a seed, at the cost of directory entries; returns the bind mount.
 *
 * @throws Error when set-up has not made the volume.
 */
export async function plant(owner: Owner, spec: MachineSpec): Promise<string[]> {
  if (spec.seed === null) return [];
  const volume = await orNull(docker.getVolume(spec.seed.volume).inspect());
  if (volume === null) throw new Error(`seed.volume: there is no Docker volume "${spec.seed.volume}": run set-up again (npm run setup)`);
  const to = folder(owner, spec.name);
  await runHelper(owner.lab, spec.image, LINK(to), { NetworkMode: "none", Binds: [`${spec.seed.volume}:/s`] });
  return [`${volume.Mountpoint}/machines/${to}:${spec.seed.path}`];
}

const REMOVALS = new Map<string, { names: Set<string>; done: Promise<void> }>();

/** Removes machines' trees; those asked for within moments go in one helper run. */
export function uproot(owner: Owner, volume: string, image: string, machine: string): Promise<void> {
  const key = `${volume} ${image}`;
  let batch = REMOVALS.get(key);
  if (batch === undefined) {
    const names = new Set<string>();
    const done = new Promise<void>((resolve) => setTimeout(resolve, 50)).then(async () => {
      REMOVALS.delete(key);
      await removeTrees(owner.lab, volume, image, [...names]);
    });
    REMOVALS.set(key, batch = { names, done });
  }
  batch.names.add(folder(owner, machine));
  return batch.done;
}

async function removeTrees(lab: string, volume: string, image: string, names: readonly string[]): Promise<void> {
  if (await orNull(docker.getVolume(volume).inspect()) === null) return;
  const script = `cd /s/machines && rm -rf ${names.map((n) => `'${n}'`).join(" ")}`;
  await runHelper(lab, image, script, { NetworkMode: "none", Binds: [`${volume}:/s`] })
    .catch((error: Error) => { if (!isMissing(error)) throw error; });
}

/** Removes every tree of a lab from every store volume, by name alone. */
export async function uprootLab(lab: string): Promise<string[]> {
  const prefix = `${lab.replace("/", ".")}.`, removed: string[] = [];
  const volumes = ((await docker.listVolumes()).Volumes ?? []).filter((v) => v.Name.startsWith("fabriclab-store-"));
  const image = (await docker.listImages({ filters: { reference: ["fabriclab/node"] } }))[0];
  if (image === undefined) return removed;
  for (const { Name } of volumes) {
    const out = await runHelper(lab, image.Id, `cd /s/machines 2>/dev/null || exit 0; for d in '${prefix}'*; do [ -e "$d" ] || continue; rm -rf "$d"; echo "$d"; done`, { NetworkMode: "none", Binds: [`${Name}:/s`] });
    removed.push(...out.trim().split("\n").filter((l) => l !== "").map((l) => `image store of ${l.slice(prefix.length)}`));
  }
  return removed;
}
