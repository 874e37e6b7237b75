import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { KERNEL_STEP, KERNEL_STEPS } from "../images/kernel";
import { imageResults, imageSteps } from "../images/steps";
import type { Way } from "../images/upstream";
import { cacheDir } from "../steps/context";
import { dockerHost, useDockerHost } from "../docker/client";
import { chosenDockerHost } from "../docker/host";
import type { SetupResult } from "../pulumi/environment";
import { earlierWay, setupFile, stateDir } from "../pulumi/setup-file";
import { allPresent, runSteps, type RunOptions } from "../steps/run";
import type { Step, StepContext } from "../steps/step";
import { goSteps } from "../programs/go";
import { HOST_KERNEL_STEP, hostKernelLacks, hostKernelStep } from "./steps/host-kernel";
import { engineIntent, engineNote, engineStep, packagesStep } from "./steps/host";
import { kubernetesPluginStep } from "./steps/kubernetes-plugin";
import { providerFolder, PULUMI_HOME_STEP, pulumiHome, pulumiRoot, pulumiStep } from "./steps/pulumi";
import { pulumiReleaseStep } from "./steps/pulumi-release";
import { chooseWay, requestedWay, type WayChoice } from "./way";

/** Every step of the registry way: programs from Go modules, root filesystems from Debian packages. */
export function registrySteps(): Step[] {
  return [
    engineStep(),
    packagesStep(),
    ...goSteps(),
    pulumiStep("registry"),
    kubernetesPluginStep(),
    ...imageSteps("registry"),
    hostKernelStep(),
  ];
}

/** Every step of the connected way: upstream's own releases and images. */
export function connectedSteps(): Step[] {
  return [engineStep(), pulumiReleaseStep(), pulumiStep("connected"), ...imageSteps("connected"), hostKernelStep()];
}

/** What set-up is for. */
export interface SetupScope {
  /** Nodes; without them a lab is a fabric alone, whose machines are switches and hosts. */
  readonly cluster: boolean;
  /** Machines that have a kernel of their own, or may come to have one. */
  readonly ownKernels: boolean;
}

const FOR_OWN_KERNELS = [KERNEL_STEP, HOST_KERNEL_STEP];
const OWN_KERNEL_STEPS = [...KERNEL_STEPS, HOST_KERNEL_STEP];

/** Steps whose results a scope needs, by id. */
function targetsOf(steps: readonly Step[], { cluster, ownKernels }: SetupScope): string[] {
  // The steps of own kernels are needed by no other.
  const cheap = cluster
    ? steps.map(({ id }) => id).filter((id) => !OWN_KERNEL_STEPS.includes(id))
    : [PULUMI_HOME_STEP, "image-switch"];
  return [...cheap, ...(ownKernels ? FOR_OWN_KERNELS : [])];
}

const stepsOf: Record<Way, () => Step[]> = { registry: registrySteps, connected: connectedSteps };

/** Whether everything is there that a scope needs from the sources of the connected way. */
function connectedIsThere(options: RunOptions, scope: SetupScope): Promise<boolean> {
  const steps = connectedSteps();
  // The host's kernel is asked anew as long as it lacks something, and no source answers that.
  const targets = targetsOf(steps, scope).filter((id) => id !== HOST_KERNEL_STEP);
  return allPresent(steps, { ...options, targets });
}

/**
 * The way that this set-up goes: what FABRICLAB_WAY asks for, else the way of an earlier set-up, else connected where every upstream source answers.
 * A checkout keeps its way, so that a network that comes and goes does not change what its labs are made of; only what can't be downloaded any more
 * falls back.
 *
 * @throws Error when the connected way is asked for and can't be gone
 */
async function decide(options: RunOptions, scope: SetupScope): Promise<WayChoice> {
  const requested = requestedWay();
  const earlier = earlierWay(options.root);
  if (requested === "registry") return { way: "registry", because: "FABRICLAB_WAY asks for it" };
  if (requested === undefined && earlier === "registry")
    return { way: "registry", because: "this checkout was set up so before (FABRICLAB_WAY=connected changes it)" };
  if ((requested ?? earlier) === "connected" && (await connectedIsThere(options, scope)))
    return { way: "connected", because: "all of it is there" };
  const choice = await chooseWay();
  if (requested === "connected" && choice.way !== "connected")
    throw new Error(`FABRICLAB_WAY=connected, but ${choice.because}`);
  return choice;
}

/** Writes a file so that readers see the old or the new one, never half of it. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function leaveResult(root: string, way: Way, context: StepContext): SetupResult {
  const result: SetupResult = {
    way,
    pulumiRoot: pulumiRoot(context),
    pulumiHome: pulumiHome(context),
    dockerHost: dockerHost(),
    ...imageResults(context),
    hostKernel: { lacks: hostKernelLacks(context) },
  };
  const dir = stateDir(root);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  replaceFile(setupFile(root), `${JSON.stringify(result, null, 2)}\n`);
  // Pulumi.yaml names a place in the checkout; the provider that runs is the one bundled by set-up.
  const link = path.join(dir, "provider");
  rmSync(`${link}.new`, { force: true });
  symlinkSync(providerFolder(context), `${link}.new`);
  renameSync(`${link}.new`, link);
  return result;
}

/**
 * Brings this machine to where a lab can be built, and says what it made in `.fabriclab/setup.json`. What is there already is kept; a warm call
 * only looks. What a scope leaves out is named in that file all the same, and is made by the first set-up that needs it.
 *
 * @throws StepError naming the step, its last output and its log
 */
export async function setup(options: RunOptions & { readonly scope?: SetupScope }): Promise<SetupResult> {
  const say = (line: string): void => {
    options.output?.write(`${line}\n`);
  };
  useDockerHost(chosenDockerHost());
  const scope = options.scope ?? { cluster: true, ownKernels: true };
  const { way, because } = await decide(options, scope);
  if (way !== earlierWay(options.root)) {
    say(
      way === "connected"
        ? `set-up goes the connected way: ${because}`
        : `set-up goes the registry way, all from npm, Go modules and Debian packages: ${because}`,
    );
  }
  const intent = await engineIntent();
  if (intent !== null) say(intent);
  const steps = stepsOf[way]();
  const { timings, context } = await runSteps(steps, {
    ...options,
    targets: targetsOf(steps, scope),
  });
  if (timings.some((t) => t.id === "docker-engine" && t.state === "done")) say(engineNote(options.cache ?? cacheDir()));
  return leaveResult(options.root, way, context);
}
