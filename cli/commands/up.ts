import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { CommandModule } from "yargs";
import { parse } from "yaml";
import { Failure } from "../../common/errors";
import type { Global } from "../global";
import { say } from "../../common/output";
import { findRoot } from "../../common/root";
import { prepareStackFile } from "../../pulumi/stack-file";

/** Loads a module only when it is needed, so that help and completion answer at once. */
const load = createRequire(__filename);

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
    await refuseBadSpec(prepareStackFile(root, stack, config));
    const { setup } = load("../../setup/setup") as typeof import("../../setup/setup");
    await setup({ root, output: process.stdout });
    const { Pulumi } = load("../../pulumi/pulumi") as typeof import("../../pulumi/pulumi");
    const pulumi = new Pulumi(root, stack);
    const { configFile, existed } = await pulumi.ready(config);
    const { checkCluster } = load("../../pulumi/control-plane") as typeof import("../../pulumi/control-plane");
    const cluster = existed ? await checkCluster(pulumi, configFile) : {};
    await pulumi.run(
      "up",
      configFile,
      [...QUIET, ...(existed && refresh ? ["--refresh"] : []), ...(more["--"] ?? [])],
      cluster,
    );
    const { openLab } = load("../../pulumi/lab") as typeof import("../../pulumi/lab");
    const lab = await openLab(root, stack);
    if (existed) {
      const { forgetPathMtus } = load("../../verify") as typeof import("../../verify");
      await forgetPathMtus(lab.plan, lab.machines);
    }
    if (verify) {
      const { verifyAndPrint } = load("../verifying") as typeof import("../verifying");
      await verifyAndPrint(lab, { wait, failedOnly: true });
    }
    const { lookAround } = load("../look-around") as typeof import("../look-around");
    say(lookAround(lab));
  },
};

/** A config that can't be built is refused before set-up spends minutes. The program checks it again, and says what is wrong with `fabriclab:enforce`. */
export async function refuseBadSpec(file: string): Promise<void> {
  const { parseSpec, refusals } = load("../../plan") as typeof import("../../plan");
  const { formatProblems } = load("../../lab-spec") as typeof import("../../lab-spec");
  const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const parsed = parseSpec(config?.["fabriclab:lab"]);
  if (!("problems" in parsed)) return;
  const enforcer = config?.["fabriclab:enforce"] === "policy" ? "policy" : "program";
  if (refusals(parsed.problems, enforcer).length > 0) throw new Failure(formatProblems(parsed.problems).trimEnd());
}
