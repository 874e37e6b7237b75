import type { Step, StepContext } from "../steps/step";
import { connectedMachineStep } from "./connected/machine";
import { connectedPodsStep } from "./connected/pods";
import { programsStep } from "./connected/programs";
import { kernelStep, kernelVolume } from "./kernel";
import { machineImage, machineStep } from "./machine";
import { manifestDir, manifestsStep } from "./manifests";
import { podsStep } from "./pods";
import { ROOTFS, rootfsStep } from "./rootfs";
import { storeStep, storeVolume } from "./store";
import type { Way } from "./upstream";

/** Everything that machines and pods boot from. What the steps make has the same names and form both ways. */
export function imageSteps(way: Way = "registry"): Step[] {
  const sources =
    way === "connected"
      ? [programsStep(), connectedMachineStep("switch"), connectedMachineStep("node"), connectedPodsStep()]
      : [
          rootfsStep(ROOTFS.switch, "switch root filesystem (FRR)"),
          rootfsStep(ROOTFS.node, "node root filesystem (containerd)"),
          rootfsStep(ROOTFS.podBase, "pod base root filesystem"),
          rootfsStep(ROOTFS.extras, "CNI plugins, tini, busybox"),
          rootfsStep(ROOTFS.nginx, "nginx root filesystem"),
          rootfsStep(ROOTFS.kernel, "user-mode Linux"),
          machineStep("switch"),
          machineStep("node"),
          podsStep(),
        ];
  return [...sources, storeStep(), kernelStep(way), manifestsStep(way)];
}

/** What the steps made, for `.fabriclab/setup.json`. */
export function imageResults(ctx: StepContext): {
  images: { switch: string; node: string };
  imageStore: { volume: string };
  ownKernel: { volume: string };
  calicoManifests: string;
} {
  return {
    images: { switch: machineImage(ctx, "switch"), node: machineImage(ctx, "node") },
    imageStore: { volume: storeVolume(ctx) },
    ownKernel: { volume: kernelVolume(ctx) },
    calicoManifests: manifestDir(ctx),
  };
}
