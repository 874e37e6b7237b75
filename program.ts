import * as pulumi from "@pulumi/pulumi";
import { Lab } from "./components/lab";
import { tellNetworkChange } from "./components/network-change";
import { ENFORCERS, makePlan, parseSpec, refusals, refusedLab, type Enforcer, type LabPlan } from "./plan";
import { bgpPasswordProblem } from "./plan/bgp-password";
import { PLAN_VERSION } from "./plan/version";
import { formatProblem, formatProblems, type LabSpec } from "./lab-spec";
import { readSetup, type SetupResult } from "./pulumi/environment";

/** What set-up made. @throws RunError, shown without a stack trace, where it has not run */
function setupOf(root: string): SetupResult {
  try {
    return readSetup(root);
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

/**
 * The password of BGP sessions.
 *
 * @throws RunError, before anything is made, where the stack has none, or one that FRR or BIRD would not take
 */
async function readBgpPassword(): Promise<pulumi.Output<string>> {
  const remedy = "run `pulumi config set --secret fabriclab:bgpPassword`";
  const secret = new pulumi.Config("fabriclab").getSecret("bgpPassword");
  if (secret === undefined)
    throw new pulumi.RunError(`calico.bgp.password asks for a password and the stack has none: ${remedy}.`);
  const password = await new Promise<string>((resolve) => secret.apply(resolve));
  const problem = bgpPasswordProblem(password);
  if (problem !== null)
    throw new pulumi.RunError(`fabriclab:bgpPassword can't be the password of BGP sessions: ${problem}; ${remedy}.`);
  return secret;
}

function readEnforcer(config: pulumi.Config): Enforcer {
  const given = config.get("enforce") ?? "program";
  const enforcer = ENFORCERS.find((each) => each === given);
  if (enforcer === undefined)
    throw new pulumi.RunError(
      `fabriclab:enforce is "${given}": write program (the default: the program refuses a lab that breaks a rule) or policy (the policy pack does)`,
    );
  return enforcer;
}

/**
 * The lab of the stack's config. One that the rules refuse is refused here, unless the stack leaves that to a policy pack (`fabriclab:enforce: policy`): its
 * mandatory policies then stop the lab before any machine exists. What leaves nothing to build is refused here in any case.
 */
async function readLab(): Promise<{ spec: LabSpec; plan: LabPlan }> {
  const config = new pulumi.Config("fabriclab");
  const value: unknown = config.requireObject("lab");
  const enforcer = readEnforcer(config);
  const parsed = parseSpec(value);
  // A policy pack has the same rules as advisory policies: only one of the two shows the warnings.
  if (enforcer === "program") for (const warning of parsed.warnings) await pulumi.log.warn(formatProblem(warning));
  if ("spec" in parsed) return { spec: parsed.spec, plan: makePlan(parsed.spec) };
  const left = refusals(parsed.problems, enforcer).length === 0 ? refusedLab(value) : null;
  if (left === null) throw new pulumi.RunError(formatProblems(parsed.problems));
  const broken = [...new Set(parsed.problems.map(({ rule }) => rule))].sort().join(", ");
  await pulumi.log.warn(
    `fabriclab:enforce is policy: the lab breaks rules (${broken}), and is built unless a policy pack stops it: --policy-pack policy`,
  );
  return left;
}

/**
 * The lab of the stack's config, and the stack's outputs.
 *
 * @param root the checkout
 */
export async function lab(
  root: string,
  providers: Record<string, pulumi.ProviderResource>,
): Promise<Record<string, unknown>> {
  const setup = setupOf(root);
  const { spec, plan } = await readLab();
  const bgpPassword = plan.calico?.bgp?.password === true ? await readBgpPassword() : undefined;
  const images = {
    ...setup.images,
    storeVolume: setup.imageStore.volume,
    kernelVolume: setup.ownKernel.volume,
    hostLacks: setup.hostKernel.lacks,
  };
  const made = new Lab(
    plan.name,
    { spec, plan, images, calicoManifests: setup.calicoManifests, bgpPassword },
    { providers },
  );
  if (pulumi.runtime.isDryRun()) await tellNetworkChange(plan);
  return outputs(plan, made);
}

function outputs(plan: LabPlan, made: Lab): Record<string, unknown> {
  const stack = pulumi.getStack();
  const names = [...made.machines.keys()];
  const connections = [...made.machines].map(([name, { connection, driverId }]) => [
    name,
    pulumi.all([connection, driverId]).apply(([{ host, port, user, privateKey, hostKey }, id]) => ({
      host,
      port,
      user,
      privateKey,
      hostKey,
      driverId: id,
    })),
  ]);
  return {
    /** The plan that runs, as JSON: what verify compares the machines with. Secret only to keep it out of every summary. */
    deployedPlan: pulumi.secret(JSON.stringify(plan)),
    /** Version of the form of that plan. */
    planVersion: PLAN_VERSION,
    /** Connection of every machine; secret, since it holds private keys. */
    machines: pulumi.secret(Object.fromEntries(connections)),
    ...(made.kubeconfig === null ? {} : { kubeconfig: made.kubeconfig }),
    ssh: Object.fromEntries(names.map((name) => [name, `npx fabriclab ssh --stack ${stack} ${name}`])),
    sessions: plan.sessions.map(
      ({ name, a, b }) => `${name}: ${a.machine} ${a.address} AS ${a.as} <-> ${b.machine} ${b.address} AS ${b.as}`,
    ),
    next: [
      `npx fabriclab verify --stack ${stack}`,
      `npx fabriclab inspect --stack ${stack}`,
      `npx fabriclab ssh --stack ${stack} ${plan.switches.at(-1)!.name}`,
      ...(made.kubeconfig === null ? [] : [`npx fabriclab kubeconfig --stack ${stack}`]),
    ],
  };
}
