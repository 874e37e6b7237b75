import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { hashOf } from "../../steps/hash";
import type { Step } from "../../steps/step";
import { saveImages } from "../engine";
import { podArchive } from "../pods";
import { POD_IMAGES, pullName } from "../upstream";
import { withPulled } from "./pull";

/** Upstream's own pod images, by tag, as one archive. */
export function connectedPodsStep(): Step {
  const images = Object.values(POD_IMAGES);
  return {
    id: "pod-images",
    title: "pod images (Kubernetes, etcd, CoreDNS, Calico, nginx)",
    // Not beside the programs: both pull, and remove, etcd's image.
    needs: ["docker-engine", "upstream-programs"],
    estimate: 60,
    kind: "io",
    key: () => hashOf("connected", ...images.map((i) => pullName(i))),
    present: async (ctx) => existsSync(podArchive(ctx)),
    run: async (ctx) => {
      const target = podArchive(ctx);
      mkdirSync(path.dirname(target), { recursive: true });
      try {
        await withPulled(ctx, images, () => saveImages(images, `${target}.partial`));
        renameSync(`${target}.partial`, target);
      } finally {
        rmSync(`${target}.partial`, { force: true });
      }
    },
  };
}
