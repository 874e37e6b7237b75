import * as pulumi from "@pulumi/pulumi";
import { Lab } from "./components/lab";
import { tellNetworkChange } from "./components/network-change";
import { makePlan, parseSpec, refusedLab, type LabPlan } from "./plan";
import { formatProblem, formatProblems, type LabSpec, type Problem } from "./lab-spec";
import { readSetup, type SetupResult } from "./pulumi/environment";

/** What set-up made. @throws RunError, shown without a stack trace, where it has not run */
function setupOf(root: string): SetupResult {
  try {
    return readSetup(root);
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

function password(): pulumi.Output<string> {
  const secret = new pulumi.Config("fabriclab").getSecret("bgpPassword");
  if (secret === undefined)
    throw new pulumi.RunError(
      "calico.bgp.password asks for a password and the stack has none: run `pulumi config set --secret fabriclab:bgpPassword`.",
    );
  return secret;
}

/**
 * The lab of the stack's config. One that the rules refuse is refused here, unless the stack leaves that to a policy pack
 * (`fabriclab:enforce: policy`), whose mandatory policies then stop it before any machine exists.
 */
function readLab(): { spec: LabSpec; plan: LabPlan } {
  const config = new pulumi.Config("fabriclab");
  const value: unknown = config.requireObject("lab");
  const enforce = config.get("enforce") ?? "program";
  if (enforce !== "program" && enforce !== "policy")
    throw new pulumi.RunError(
      `fabriclab:enforce is "${enforce}": write program (the default: the program refuses a lab that breaks a rule) or policy (the policy pack does)`,
    );
  const parsed = parseSpec(value);
  // A policy pack has the same rules as advisory policies: one of the two tells.
  if (enforce === "program") tell(parsed.warnings);
  if ("spec" in parsed) return { spec: parsed.spec, plan: makePlan(parsed.spec) };
  const left = enforce === "policy" ? refusedLab(value) : null;
  if (left === null) throw new pulumi.RunError(formatProblems(parsed.problems));
  void pulumi.log.warn(
    `fabriclab:enforce is policy: the lab breaks rules (${[...new Set(parsed.problems.map(({ rule }) => rule))].sort().join(", ")}), and is built unless a policy pack stops it: --policy-pack policy`,
  );
  return left;
}

/** Warnings of rules: shown, and the lab built. */
function tell(warnings: readonly Problem[]): void {
  for (const warning of warnings) void pulumi.log.warn(formatProblem(warning));
}

/**
 * The lab of the stack's config, and the stack's outputs.
 *
 * @param root the checkout
 */
export function lab(root: string, providers: Record<string, pulumi.ProviderResource>): Record<string, unknown> {
  const setup = setupOf(root);
  const { spec, plan } = readLab();
  const bgpPassword = plan.calico.bgp?.password === true ? password() : undefined;
  const made = new Lab(
    plan.name,
    {
      spec,
      plan,
      images: { ...setup.images, storeVolume: setup.imageStore.volume },
      calicoManifests: setup.calicoManifests,
      bgpPassword,
    },
    { providers },
  );
  const stack = pulumi.getStack();
  if (pulumi.runtime.isDryRun()) void tellNetworkChange(plan);
  return {
    /** The plan that runs, as JSON: what verify compares the machines with. Secret only to keep it out of every summary. */
    deployedPlan: pulumi.secret(JSON.stringify(plan)),
    /** Connection of every machine; secret, since it holds private keys. */
    machines: pulumi.secret(
      Object.fromEntries(
        [...made.machines].map(([name, m]) => [
          name,
          pulumi.all([m.connection, m.driverId]).apply(([c, driverId]) => ({
            host: c.host,
            port: c.port,
            user: c.user,
            privateKey: c.privateKey,
            hostKey: c.hostKey,
            driverId,
          })),
        ]),
      ),
    ),
    kubeconfig: made.kubeconfig,
    ssh: Object.fromEntries(
      [...made.machines.keys()].map((name) => [name, `npx fabriclab ssh --stack ${stack} ${name}`]),
    ),
    sessions: plan.sessions.map(
      (s) => `${s.name}: ${s.a.machine} ${s.a.address} AS ${s.a.as} <-> ${s.b.machine} ${s.b.address} AS ${s.b.as}`,
    ),
    next: [
      `npx fabriclab verify --stack ${stack}`,
      `npx fabriclab inspect --stack ${stack}`,
      `npx fabriclab ssh --stack ${stack} ${plan.switches.at(-1)!.name}`,
      `npx fabriclab kubeconfig --stack ${stack}`,
    ],
  };
}
