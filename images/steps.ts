import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import type { Step, StepContext } from "../airgap/step";
import { goModuleSource } from "../airgap/steps/go";
import { VERSIONS } from "../spec/versions";
import { machineImage, machineStep } from "./machine";
import { CALICO_MODULE, podsStep } from "./pods";
import { ROOTFS, rootfsStep } from "./rootfs";
import { storeStep, storeVolume } from "./store";

const MANIFESTS = ["calico", "calico-vxlan"];
const manifestDir = (ctx: Pick<StepContext, "cache">): string => path.join(ctx.cache, `calico-${VERSIONS.calico}`);

/** Calico's own manifests of the pinned version, out of its module. */
function manifestsStep(): Step {
  return {
    id: "calico-manifests", title: `Calico ${VERSIONS.calico} manifests`, needs: ["go-calico"], estimate: 1, kind: "io",
    key: (ctx) => ctx.keyOf("go-calico"),
    present: async (ctx) => MANIFESTS.every((f) => existsSync(path.join(manifestDir(ctx), `${f}.json`))),
    run: async (ctx) => {
      const from = path.join(await goModuleSource(ctx, "calico", CALICO_MODULE), "manifests"), work = `${manifestDir(ctx)}.partial`;
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      for (const f of MANIFESTS) {
        copyFileSync(path.join(from, `${f}.yaml`), path.join(work, `${f}.yaml`));
        // Read by every preview: JSON takes a hundredth of the time of YAML.
        const objects = parseAllDocuments(readFileSync(path.join(from, `${f}.yaml`), "utf8")).map((d) => d.toJS() as object | null).filter((o) => o !== null);
        writeFileSync(path.join(work, `${f}.json`), JSON.stringify(objects));
      }
      rmSync(manifestDir(ctx), { recursive: true, force: true });
      renameSync(work, manifestDir(ctx));
    },
  };
}

/** Everything that machines and pods boot from. */
export function imageSteps(): Step[] {
  return [
    rootfsStep(ROOTFS.switch, "switch root filesystem (FRR)"), rootfsStep(ROOTFS.node, "node root filesystem (containerd)"),
    rootfsStep(ROOTFS.podBase, "pod base root filesystem"), rootfsStep(ROOTFS.extras, "CNI plugins, tini, busybox"), rootfsStep(ROOTFS.nginx, "nginx root filesystem"),
    machineStep("switch"), machineStep("node"), podsStep(), storeStep(), manifestsStep(),
  ];
}

/** What the steps made, for `.fabriclab/setup.json`. */
export function imageResults(ctx: StepContext): { images: { switch: string; node: string }; imageStore: { volume: string }; calicoManifests: string } {
  return {
    images: { switch: machineImage(ctx, "switch"), node: machineImage(ctx, "node") },
    imageStore: { volume: storeVolume(ctx) },
    calicoManifests: manifestDir(ctx),
  };
}
