import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { hashOf } from "../../airgap/hash";
import type { Step } from "../../airgap/step";
import { hasImage, pullImage, removeImage, saveImages, tagImage } from "../engine";
import { podArchive } from "../pods";
import { POD_IMAGES, pullName } from "../upstream";

/** Upstream's own pod images, by tag, as one archive. */
export function connectedPodsStep(): Step {
  return {
    id: "pod-images", title: "pod images (Kubernetes, etcd, CoreDNS, Calico, nginx)", needs: ["docker-engine"], estimate: 60, kind: "io",
    key: () => hashOf("connected", JSON.stringify(POD_IMAGES)),
    present: async (ctx) => existsSync(podArchive(ctx)),
    run: async (ctx) => {
      const target = podArchive(ctx);
      mkdirSync(path.dirname(target), { recursive: true });
      const ours: string[] = [];
      const note = async (name: string): Promise<void> => { if (!await hasImage(name)) ours.push(name); };
      try {
        for (const image of Object.values(POD_IMAGES)) {
          ctx.log(`pull ${pullName(image)}`);
          await note(image);
          if (pullName(image) !== image) await note(pullName(image));
          await pullImage(pullName(image));
          if (pullName(image) !== image) await tagImage(pullName(image), image);
        }
        await saveImages(Object.values(POD_IMAGES), `${target}.partial`);
        renameSync(`${target}.partial`, target);
      } finally {
        rmSync(`${target}.partial`, { force: true });
        // The archive has them; what the engine did not have before goes.
        for (const name of ours) await removeImage(name);
      }
    },
  };
}
