import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { hashOf } from "../../steps/hash";
import type { Step } from "../../steps/step";
import { writeLayer } from "../archive";
import { buildImage, hasImage } from "../engine";
import { INIT, layerKey, machineImage, machineLayer, STOP_SIGNAL, type Role } from "../machine";
import { ROOTFS } from "../rootfs";
import { pullName, TOOL_IMAGES } from "../upstream";
import { upstreamPrograms } from "./programs";

const OVERLAY = "overlay.tar";

/** Debian's own image with the same packages that the registry way installs, then the same layer of ours. */
export function dockerfile(role: Role, base: string): string {
  return `FROM ${base}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${ROOTFS[role].packages.join(" ")} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /etc/ssh/ssh_host_* && : > /etc/machine-id
ADD ${OVERLAY} /
STOPSIGNAL ${STOP_SIGNAL}
CMD ["${INIT}"]
`;
}

/** A machine image built by the engine from upstream's Debian image. */
export function connectedMachineStep(role: Role): Step {
  const needs = role === "node" ? ["upstream-programs"] : [];
  return {
    id: `image-${role}`,
    title: `${role} image`,
    needs: ["docker-engine", ...needs],
    estimate: 60,
    kind: "io",
    key: (ctx) =>
      hashOf(
        dockerfile(role, pullName(TOOL_IMAGES.debian)),
        layerKey(ctx.root, role),
        ...needs.map((n) => ctx.keyOf(n)),
      ),
    present: (ctx) => hasImage(machineImage(ctx, role)),
    run: async (ctx) => {
      const work = path.join(ctx.cache, "work", `image-${role}`);
      const overlay = path.join(work, OVERLAY);
      mkdirSync(work, { recursive: true });
      try {
        await writeLayer(overlay, machineLayer(ctx.root, role, role === "node" ? upstreamPrograms(ctx) : null));
        await buildImage(
          machineImage(ctx, role),
          dockerfile(role, pullName(TOOL_IMAGES.debian)),
          { [OVERLAY]: overlay },
          (line) => ctx.log(line),
        );
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  };
}
