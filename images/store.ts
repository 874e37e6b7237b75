import { hashOf } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";
import { docker } from "../docker/client";
import { runContainer } from "../docker/engine";
import { CACHE } from "./engine";
import { machineImage } from "./machine";
import { podArchive } from "./pods";
import { isFilled, noteFilled } from "./volumes";

/**
 * Imports the archive with the node image's own containerd and moves the result into place. Content and snapshots are written once; each
 * machine gets hard links of them.
 */
const SEED = `set -eu
containerd >/tmp/containerd.log 2>&1 & pid=$!
for i in $(seq 100); do ctr version >/dev/null 2>&1 && break; sleep 0.1; done
ctr -n k8s.io images import /pods.tar || { tail -n 20 /tmp/containerd.log; exit 1; }
kill $pid; wait $pid || true
`;
const FINISH = "set -eu; rm -rf /s/seed; mkdir -p /s/machines; mv /s/partial /s/seed";

const keyOf = (ctx: StepContext): string => hashOf(ctx.keyOf("pod-images"), SEED, FINISH);
/** Docker volume with every pod image unpacked at `seed/containerd`. */
export const storeVolume = (ctx: StepContext): string => `fabriclab-store-${keyOf(ctx)}`;

export function storeStep(): Step {
  return {
    id: "image-store",
    title: "image store that nodes share",
    needs: ["image-node", "pod-images"],
    estimate: 25,
    kind: "io",
    key: keyOf,
    // The volume's name leaves the node image out, whose containerd writes the database: another image fills the same volume anew, and machines keep the hard links
    // that they have.
    present: (ctx) => isFilled(ctx, storeVolume(ctx), machineImage(ctx, "node")),
    run: async (ctx) => {
      const Name = storeVolume(ctx);
      const Image = machineImage(ctx, "node");
      await docker().createVolume({ Name, Labels: CACHE });
      const { Mountpoint } = await docker().getVolume(Name).inspect();
      await runContainer({
        Image,
        Labels: CACHE,
        Entrypoint: ["sh", "-c", "rm -rf /s/partial && mkdir -p /s/partial/containerd"],
        HostConfig: { NetworkMode: "none", Binds: [`${Name}:/s`] },
      });
      ctx.log(
        await runContainer({
          Image,
          Labels: CACHE,
          Entrypoint: ["sh", "-c", SEED],
          HostConfig: {
            NetworkMode: "none",
            CapAdd: ["SYS_ADMIN"],
            SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
            Tmpfs: { "/run": "exec" },
            Binds: [`${Mountpoint}/partial/containerd:/var/lib/containerd`, `${podArchive(ctx)}:/pods.tar:ro`],
          },
        }),
      );
      await runContainer({
        Image,
        Labels: CACHE,
        Entrypoint: ["sh", "-c", FINISH],
        HostConfig: { NetworkMode: "none", Binds: [`${Name}:/s`] },
      });
      await noteFilled(ctx, Name, Image);
    },
  };
}
