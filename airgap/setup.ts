import { mkdirSync, symlinkSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { imageResults, imageSteps } from "../images/steps";
import { stateDir, type SetupResult } from "./environment";
import { runSteps, type RunOptions } from "./run";
import type { Step } from "./step";
import { goSteps } from "./steps/go";
import { engineStep, packagesStep } from "./steps/host";
import { pulumiHome, pulumiRoot, pulumiStep } from "./steps/pulumi";

/** Every step of the registry way: programs from Go modules, root filesystems from Debian packages. */
export function registrySteps(): Step[] {
  return [engineStep(), packagesStep(), ...goSteps(), pulumiStep(), ...imageSteps()];
}

/**
 * Brings this machine to where a lab can be built, and says what it made in `.fabriclab/setup.json`. What is there already is kept; a warm call
 * only looks.
 *
 * @throws StepError naming the step, its last output and its log.
 */
export async function setup(options: RunOptions): Promise<SetupResult> {
  const { context } = await runSteps(registrySteps(), options);
  const result: SetupResult = {
    way: "registry",
    pulumiRoot: pulumiRoot(context),
    pulumiHome: pulumiHome(context),
    dockerHost: process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock",
    ...imageResults(context),
  };
  const dir = stateDir(options.root);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(dir, "setup.json"), `${JSON.stringify(result, null, 2)}\n`, { mode: 0o600 });
  // Pulumi.yaml names a place in the checkout; the provider that runs is the one bundled by set-up.
  const link = path.join(dir, "provider");
  rmSync(link, { force: true, recursive: true });
  symlinkSync(path.join(result.pulumiRoot, "provider"), link);
  return result;
}
