import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { binDir } from "../../programs/go";
import { hashOf } from "../../steps/hash";
import type { Step, StepContext } from "../../steps/step";
import { place } from "./place";
import { PULUMI_HOME_STEP, pulumiHome } from "./pulumi";
import { pluginFolder } from "./sdk";

const ID = "kubernetes-plugin";
const PROGRAM = "pulumi-resource-kubernetes";
/** Beside the program: the key of what it was made of, since the folder's name has its version alone. */
const KEY = ".key";

const folder = (ctx: StepContext): string =>
  path.join(pulumiHome(ctx), "plugins", pluginFolder(ctx.root, "kubernetes"));

/** Pulumi's kubernetes plugin of the registry way, where the engine looks for it. A step of its own: a fabric alone needs none. */
export function kubernetesPluginStep(): Step {
  return {
    id: ID,
    title: "Pulumi's kubernetes plugin, in its place",
    needs: [PULUMI_HOME_STEP, "go-pulumi-kubernetes"],
    estimate: 1,
    kind: "io",
    key: (ctx) =>
      hashOf("1", ctx.keyOf(PULUMI_HOME_STEP), ctx.keyOf("go-pulumi-kubernetes"), pluginFolder(ctx.root, "kubernetes")),
    present: async (ctx) => {
      const file = path.join(folder(ctx), KEY);
      return existsSync(file) && readFileSync(file, "utf8") === ctx.keyOf(ID);
    },
    run: async (ctx) => {
      const work = `${folder(ctx)}.partial`;
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      place(path.join(binDir(ctx, "pulumi-kubernetes"), PROGRAM), path.join(work, PROGRAM));
      writeFileSync(path.join(work, KEY), ctx.keyOf(ID));
      rmSync(folder(ctx), { recursive: true, force: true });
      renameSync(work, folder(ctx));
    },
  };
}
