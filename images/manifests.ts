import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { fetchFile } from "../steps/download";
import { hashOf } from "../steps/hash";
import type { Step, StepContext } from "../steps/step";
import { goModuleSource } from "../programs/go";
import { VERSIONS } from "../lab-spec/versions";
import { CALICO_MODULE } from "./pods";
import { manifestUrl, type Way } from "./upstream";

/** Manifests of the pinned version, with their checksums: upstream publishes none beside them. */
const MANIFESTS = {
  calico: "206678e7adb2e931bb97385300c408490635616f371941d68468207d6e0f9713",
  "calico-vxlan": "034b15449b896732fd65e30ec109fb469fa97b78d0d8b6986dac478f7a960629",
} as const;

const ID = "calico-manifests";
/** Folder of Calico's manifests, each as upstream's YAML and as JSON. */
export const manifestDir = (ctx: Pick<StepContext, "cache" | "keyOf">): string =>
  path.join(ctx.cache, `calico-${VERSIONS.calico}-${ctx.keyOf(ID)}`);

/** @throws Error when a file is not the one of the checksum */
function mustBe(file: string, sha256: string, source: string): void {
  const seen = createHash("sha256").update(readFileSync(file)).digest("hex");
  if (seen !== sha256) throw new Error(`${source}: its SHA-256 is ${seen}, expected ${sha256}: not used`);
}

/** Calico's own manifests of the pinned version: out of its Go module, or from its repository. */
export function manifestsStep(way: Way): Step {
  return {
    id: ID,
    title: `Calico ${VERSIONS.calico} manifests`,
    needs: way === "registry" ? ["go-calico"] : [],
    estimate: 1,
    kind: "io",
    // Both ways have the same files: the checksums say which.
    key: () => hashOf("1", ...Object.entries(MANIFESTS).flat()),
    present: async (ctx) => Object.keys(MANIFESTS).every((f) => existsSync(path.join(manifestDir(ctx), `${f}.json`))),
    run: async (ctx) => {
      const work = `${manifestDir(ctx)}.partial`;
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      for (const [name, sha256] of Object.entries(MANIFESTS)) {
        const yaml = path.join(work, `${name}.yaml`);
        if (way === "registry") {
          const source = path.join(await goModuleSource(ctx, "calico", CALICO_MODULE), "manifests", `${name}.yaml`);
          copyFileSync(source, yaml);
          mustBe(yaml, sha256, source);
        } else await fetchFile(manifestUrl(`${name}.yaml`), yaml, { sha256, signal: ctx.signal });
        // Read by every preview: JSON takes a hundredth of the time of YAML.
        const objects = parseAllDocuments(readFileSync(yaml, "utf8"))
          .map((d) => d.toJS() as object | null)
          .filter((o) => o !== null);
        writeFileSync(path.join(work, `${name}.json`), JSON.stringify(objects));
      }
      rmSync(manifestDir(ctx), { recursive: true, force: true });
      renameSync(work, manifestDir(ctx));
    },
  };
}
