import { readFileSync } from "node:fs";
import type { CommandModule } from "yargs";
import { parse } from "yaml";
import { Failure } from "../../common/errors";
import { lazy } from "../../common/lazy";
import type { Global } from "../global";
import { say } from "../../common/output";
import { findRoot } from "../../common/root";
import type { LabSpec } from "../../lab-spec";
import { prepareStackFile } from "../../pulumi/stack-file";
import type { SetupScope } from "../../setup/setup";

const setupModule = lazy<typeof import("../../setup/setup")>(require, "../../setup/setup");
const pulumiModule = lazy<typeof import("../../pulumi/pulumi")>(require, "../../pulumi/pulumi");
const controlPlaneModule = lazy<typeof import("../../pulumi/control-plane")>(require, "../../pulumi/control-plane");
const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const verifyModule = lazy<typeof import("../../verify")>(require, "../../verify");
const verifyingModule = lazy<typeof import("../verifying")>(require, "../verifying");
const lookAroundModule = lazy<typeof import("../look-around")>(require, "../look-around");
const planModule = lazy<typeof import("../../plan")>(require, "../../plan");
const labSpecModule = lazy<typeof import("../../lab-spec")>(require, "../../lab-spec");

interface Args extends Global {
  readonly verify: boolean;
  readonly refresh: boolean;
  readonly wait: number;
  readonly "--"?: string[];
}

const QUIET = ["--yes", "--skip-preview", "--suppress-outputs"];

export const upCommand: CommandModule<Global, Args> = {
  command: "up",
  describe: "build a lab, or change it to what its config says; then verify it",
  builder: (yargs) =>
    yargs
      .option("verify", {
        type: "boolean",
        default: true,
        description: "verify the lab afterwards (--no-verify leaves it out)",
      })
      .option("refresh", {
        type: "boolean",
        default: true,
        description:
          "look first what became of machines, links and objects, and repair them (--no-refresh trusts the state)",
      })
      .option("wait", {
        type: "number",
        default: 120,
        description: "seconds during which the lab may settle before verify fails",
      })
      .example("$0 up --stack vxlan", "the lab of Pulumi.vxlan.yaml")
      .example("$0 up -- --diff", "what comes after -- goes to `pulumi up`"),
  handler: async ({ stack, config, verify, refresh, wait, ...more }) => {
    const root = findRoot();
    const spec = await refuseBadSpec(prepareStackFile(root, stack, config));
    const { setup } = setupModule();
    await setup({ root, output: process.stdout, ...(spec === null ? {} : { scope: scopeOf(spec) }) });
    const { Pulumi } = pulumiModule();
    const pulumi = new Pulumi(root, stack);
    const { configFile, existed } = await pulumi.ready(config);
    const { checkCluster } = controlPlaneModule();
    const cluster = existed ? await checkCluster(pulumi, configFile) : {};
    await pulumi.run(
      "up",
      configFile,
      [...QUIET, ...(existed && refresh ? ["--refresh"] : []), ...(more["--"] ?? [])],
      cluster,
    );
    const { openLab } = labModule();
    const lab = await openLab(root, stack);
    if (existed) {
      const { forgetPathMtus } = verifyModule();
      await forgetPathMtus(lab.plan, lab.machines);
    }
    if (verify) {
      const { verifyAndPrint } = verifyingModule();
      await verifyAndPrint(lab, { wait, failedOnly: true });
    }
    const { lookAround } = lookAroundModule();
    say(lookAround(lab));
  },
};

/** Kubernetes takes most of the time to build, and a lab without nodes none of it. */
function scopeOf(spec: LabSpec): SetupScope {
  const { makePlan, mayHaveOwnKernel } = planModule();
  return { cluster: spec.nodes.length > 0, ownKernels: mayHaveOwnKernel(makePlan(spec)) };
}

/**
 * A config that can't be built is refused before set-up spends minutes. The program checks it again, and says what is wrong with `fabriclab:enforce`.
 *
 * @returns the lab's spec; null where rules are broken that are left to a policy pack
 */
export async function refuseBadSpec(file: string): Promise<LabSpec | null> {
  const { parseSpec, refusals } = planModule();
  const { formatProblems } = labSpecModule();
  const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const parsed = parseSpec(config?.["fabriclab:lab"]);
  if (!("problems" in parsed)) return parsed.spec;
  const enforcer = config?.["fabriclab:enforce"] === "policy" ? "policy" : "program";
  if (refusals(parsed.problems, enforcer).length > 0) throw new Failure(formatProblems(parsed.problems).trimEnd());
  return null;
}
