import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** What set-up left for the program and the CLI (`.fabriclab/setup.json`). */
export interface SetupResult {
  readonly way: "registry" | "connected";
  /** Folder whose `bin/` has the Pulumi CLI. */
  readonly pulumiRoot: string;
  readonly pulumiHome: string;
  readonly dockerHost: string;
  readonly images: { readonly switch: string; readonly node: string };
  readonly imageStore: { readonly volume: string };
  readonly calicoManifests: string;
}

/** Folder of a checkout's own state; nothing in it is ever committed. */
export const stateDir = (root: string): string => path.join(root, ".fabriclab");

/** Folder of the local backend: the state of a checkout's stacks. */
export const backendDir = (root: string): string => path.join(stateDir(root), "state");

/** @throws Error with the remedy where set-up has not run in this checkout. */
export function readSetup(root: string): SetupResult {
  const file = path.join(stateDir(root), "setup.json");
  if (!existsSync(file))
    throw new Error("this checkout is not set up yet: run `make up`, or `npm run setup` for set-up alone");
  return JSON.parse(readFileSync(file, "utf8")) as SetupResult;
}

/** Passphrase of the local state's secrets: random, made once, readable by its owner only. */
function passphraseFile(root: string): string {
  const file = path.join(stateDir(root), "passphrase");
  mkdirSync(stateDir(root), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return file;
}

/**
 * Keeps the CLI from logging every property of every resource into its home: a file stands where it would make its folder, and it then does
 * without. Half of the engine's time goes there otherwise, and each run leaves megabytes. (PULUMI_HOME is set-up's own, nobody else's.)
 */
function withoutLogs(home: string): string {
  const logs = path.join(home, "logs");
  if (statSync(logs, { throwIfNoEntry: false })?.isFile() === true) return home;
  rmSync(logs, { recursive: true, force: true });
  if (existsSync(home))
    writeFileSync(logs, "fabriclab keeps the Pulumi CLI from logging here; remove this file to have its logs.\n");
  return home;
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
