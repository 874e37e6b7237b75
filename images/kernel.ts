/**
 * The kernel of machines that have one of their own: user-mode Linux, a Linux kernel that runs as a program, with its modules and the shell programs that boot a machine
 * by it (images/files/kernel). Source: https://docs.kernel.org/virt/uml/user_mode_linux_howto_v2.html; Debian's packages user-mode-linux and uml-utilities.
 */
import * as path from "node:path";
import { docker } from "../docker/client";
import { runContainer } from "../docker/engine";
import { hashOf, hashOfFolder } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";
import { buildImage, CACHE } from "./engine";
import { machineImage } from "./machine";
import { ROOTFS, rootfsTar } from "./rootfs";
import { pullName, TOOL_IMAGES, type Way } from "./upstream";
import { isFilled, noteFilled } from "./volumes";

/** Id of the step that fills the volume. */
export const KERNEL_STEP = "own-kernel";
/** Ids of the steps that nothing but own kernels needs. */
export const KERNEL_STEPS = [KERNEL_STEP, `rootfs-${ROOTFS.kernel.id}`];
const PREFIX = "fabriclab-kernel-";

/** What a machine of a lab may need of the kernel; the rest of Debian's modules, sound and disks, is left out. */
const KEPT = ["net", "lib", "crypto", "kernel", "fs/overlayfs", "fs/autofs", "fs/fuse", "drivers/net"];

/** Puts the kernel together at /k, out of the packages' files at $0, with the modules that the arguments name. */
const FILL = `set -eu
from=$0
rm -rf /k/*; mkdir /k/modules
cp "$from/usr/bin/linux.uml" /k/linux
cp "$from/usr/bin/uml_mconsole" /k/
cp "$from/bin/busybox" /k/
for release in "$from"/usr/lib/uml/modules/*; do
  to=/k/modules/\${release##*/}; mkdir -p "$to/kernel"
  cp "$release"/modules.* "$to/"
  for part in "$@"; do
    mkdir -p "$to/kernel/$part"
    cp -r "$release/kernel/$part/." "$to/kernel/$part/"
  done
done
cp /files/* /k/
chmod 755 /k/*.sh
`;
/** Steps of both ways: where the packages come from differs. The packages' files are at /packages. */
const PACKAGES = "/packages";
const UNPACK = `mkdir ${PACKAGES}; tar -xf /rootfs.tar -C ${PACKAGES}; exec sh -c "$0" "$@"`;

const files = (root: string): string => path.join(root, "images", "files", "kernel");
const dockerfile = (): string => `FROM ${pullName(TOOL_IMAGES.debian)}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${ROOTFS.kernel.packages.join(" ")} \\
 && mkdir ${PACKAGES} && for part in bin usr; do ln -s "/$part" "${PACKAGES}/$part"; done && rm -rf /var/lib/apt/lists/*
`;
/** Image of the connected way that has the packages. */
const packagesImage = (ctx: StepContext): string => `fabriclab/kernel-packages:${ctx.keyOf(KERNEL_STEP)}`;

/** Docker volume with the kernel: all that a machine finds at /usr/lib/fabriclab/kernel. */
export const kernelVolume = (ctx: StepContext): string => `${PREFIX}${ctx.keyOf(KERNEL_STEP)}`;

export function kernelStep(way: Way): Step {
  return {
    id: KERNEL_STEP,
    title: "kernel of machines with their own (user-mode Linux)",
    needs: way === "connected" ? ["docker-engine", "image-switch"] : ["image-switch", `rootfs-${ROOTFS.kernel.id}`],
    estimate: 15,
    kind: "io",
    key: (ctx) =>
      hashOf(
        FILL,
        UNPACK,
        ...KEPT,
        hashOfFolder(files(ctx.root)),
        way === "connected" ? dockerfile() : ctx.keyOf(`rootfs-${ROOTFS.kernel.id}`),
      ),
    present: (ctx) => isFilled(ctx, kernelVolume(ctx), way),
    run: async (ctx) => {
      const Name = kernelVolume(ctx);
      await docker().createVolume({ Name, Labels: CACHE });
      if (way === "connected") await buildImage(packagesImage(ctx), dockerfile(), {}, (line) => ctx.log(line));
      const words = [FILL, PACKAGES, ...KEPT];
      await runContainer({
        Image: way === "connected" ? packagesImage(ctx) : machineImage(ctx, "switch"),
        Labels: CACHE,
        Entrypoint: way === "connected" ? ["sh", "-c", ...words] : ["sh", "-c", UNPACK, ...words],
        HostConfig: {
          NetworkMode: "none",
          Binds: [
            `${Name}:/k`,
            `${files(ctx.root)}:/files:ro`,
            ...(way === "connected" ? [] : [`${rootfsTar(ctx, ROOTFS.kernel)}:/rootfs.tar:ro`]),
          ],
        },
      });
      await noteFilled(ctx, Name, way);
    },
  };
}
