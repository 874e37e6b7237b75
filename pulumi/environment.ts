import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { contentOf, setupFile, stateDir } from "./setup-file";
import { withoutLogs } from "../startup/engine-logs";

const resultSchema = z.object({
  way: z.enum(["registry", "connected"]),
  /** Folder whose `bin/` has the Pulumi CLI. */
  pulumiRoot: z.string().min(1),
  pulumiHome: z.string().min(1),
  dockerHost: z.string().min(1),
  images: z.object({ switch: z.string().min(1), node: z.string().min(1) }).readonly(),
  imageStore: z.object({ volume: z.string().min(1) }).readonly(),
  /** Docker volume with the kernel of machines that have their own. */
  ownKernel: z.object({ volume: z.string().min(1) }).readonly(),
  /** What the kernel that machines share can't do, by the ids of `plan/kernel.ts`; null where set-up has not asked. */
  hostKernel: z.object({ lacks: z.array(z.string()).readonly().nullable() }).readonly(),
  calicoManifests: z.string().min(1),
});

/** What set-up left for the program and the CLI (`.fabriclab/setup.json`). */
export type SetupResult = Readonly<z.infer<typeof resultSchema>>;

/** Folder of the local backend: the state of a checkout's stacks. */
export const backendDir = (root: string): string => path.join(stateDir(root), "state");

/** @throws Error with the remedy where set-up has not run in this checkout, or has left something else than is read here */
export function readSetup(root: string): SetupResult {
  const file = setupFile(root);
  if (!existsSync(file))
    throw new Error("this checkout is not set up yet: run `make up`, or `npm run setup` for set-up alone");
  const read = resultSchema.safeParse(contentOf(file));
  if (read.success) return read.data;
  const problems = read.error.issues.map((i) => `${i.path.join(".") || "the file"}: ${i.message}`).join("; ");
  throw new Error(`${file} is not what this version of set-up writes (${problems}): run \`npm run setup\``);
}

/** Passphrase of the local state's secrets: random, made once, readable by its owner only. */
function passphraseFile(root: string): string {
  const file = path.join(stateDir(root), "passphrase");
  mkdirSync(stateDir(root), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return file;
}

/** Environment in which `pulumi` works on this checkout's stacks: the CLI of set-up, local state, no calls home. */
export function pulumiEnvironment(root: string, setup: SetupResult = readSetup(root)): Record<string, string> {
  const state = backendDir(root);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return {
    PATH: `${path.join(setup.pulumiRoot, "bin")}:${process.env.PATH ?? ""}`,
    PULUMI_HOME: withoutLogs(setup.pulumiHome),
    PULUMI_BACKEND_URL: process.env.PULUMI_BACKEND_URL ?? `file://${state}`,
    ...(process.env.PULUMI_CONFIG_PASSPHRASE === undefined
      ? { PULUMI_CONFIG_PASSPHRASE_FILE: process.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? passphraseFile(root) }
      : {}),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // A lab's cluster is its own: what an up that was killed, or Calico itself, set in an object is taken over (server-side apply).
    PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
    DOCKER_HOST: setup.dockerHost,
  };
}
