/** What the kernel can't do on which machines run unless they have their own: asked by trying it in a container. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { docker } from "../../docker/client";
import { runContainer } from "../../docker/engine";
import { FEATURES, kernelScript, parseKernel } from "../../doctor/kernel";
import { CACHE } from "../../images/engine";
import { machineImage } from "../../images/machine";
import { KERNEL_FEATURES } from "../../plan/kernel";
import { hashOf } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";

export const HOST_KERNEL_STEP = "host-kernel";

const asked = FEATURES.filter(({ id }) => (KERNEL_FEATURES as readonly string[]).includes(id));
const answerSchema = z.object({ kernel: z.string(), lacks: z.array(z.string()) });

const fileOf = (ctx: StepContext): string =>
  path.join(ctx.cache, "stamps", `host-kernel-${ctx.keyOf(HOST_KERNEL_STEP)}.json`);
/** The kernel that the engine's containers run on: its release, and which engine's it is. */
async function kernelRelease(): Promise<string> {
  const { KernelVersion, ID } = (await docker().info()) as { KernelVersion: string; ID: string };
  return `${KernelVersion} ${ID}`;
}

/** What the step found; null where it has not run. */
function answer(ctx: StepContext): z.infer<typeof answerSchema> | null {
  return existsSync(fileOf(ctx)) ? answerSchema.parse(JSON.parse(readFileSync(fileOf(ctx), "utf8"))) : null;
}

/** Ids of the features that the kernel was found to lack; null where nobody has asked yet. */
export const hostKernelLacks = (ctx: StepContext): readonly string[] | null => answer(ctx)?.lacks ?? null;

export function hostKernelStep(): Step {
  return {
    id: HOST_KERNEL_STEP,
    title: "what this host's kernel can do",
    needs: ["docker-engine", "image-switch"],
    estimate: 1,
    kind: "io",
    key: () => hashOf(kernelScript(asked)),
    // What a kernel lacked may have been loaded since.
    present: async (ctx) => {
      const known = answer(ctx);
      return known !== null && known.lacks.length === 0 && known.kernel === (await kernelRelease());
    },
    run: async (ctx) => {
      const printed = await runContainer({
        Image: machineImage(ctx, "switch"),
        Labels: CACHE,
        Entrypoint: ["sh", "-c", kernelScript(asked)],
        HostConfig: {
          NetworkMode: "none",
          CapAdd: ["NET_ADMIN", "SYS_ADMIN"],
          SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
        },
      });
      // A finding for each feature, in their order.
      const findings = parseKernel(printed, "in a container", asked);
      const lacks = asked.filter((_, i) => findings[i]?.status !== "ok").map(({ id }) => id);
      mkdirSync(path.dirname(fileOf(ctx)), { recursive: true });
      writeFileSync(fileOf(ctx), JSON.stringify({ kernel: await kernelRelease(), lacks }));
    },
  };
}
