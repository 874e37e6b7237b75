import type { CommandModule } from "yargs";
import type { DeployedLab } from "../../pulumi/lab";
import { lazy } from "../../common/lazy";
import type { Global } from "../global";
import type { LiveInterface, LiveMachine } from "../inspecting";
import { coloured, printJson } from "../../common/output";
import { findRoot, PROJECT } from "../../common/root";

const labModule = lazy<typeof import("../../pulumi/lab")>(require, "../../pulumi/lab");
const inspectingModule = lazy<typeof import("../inspecting")>(require, "../inspecting");
const cleanupModule = lazy<typeof import("../../provider/cleanup")>(require, "../../provider/cleanup");
const accessModule = lazy<typeof import("../../verify/access")>(require, "../../verify/access");

interface Args extends Global {
  readonly json: boolean;
}

export const inspectCommand: CommandModule<Global, Args> = {
  command: "inspect",
  describe: "machines, links and addresses, and the state they are in now",
  builder: (yargs) =>
    yargs
      .option("json", { type: "boolean", default: false, description: "as JSON" })
      .example("$0 inspect --stack vxlan", "two tables: machines, links"),
  handler: async ({ stack, json }) => {
    const { openLab } = labModule();
    const { inspection, inspectionTables } = inspectingModule();
    const lab = await openLab(findRoot(), stack);
    const seen = inspection(lab.plan, lab.machines, await look(lab));
    if (json) printJson(seen);
    else process.stdout.write(inspectionTables(seen, coloured()));
  },
};

/** State of machines from the engines of their drivers, interfaces from the machines that run. */
async function look(lab: DeployedLab): Promise<Record<string, LiveMachine>> {
  const { machinesThere } = cleanupModule();
  const seen = await machinesThere(`${PROJECT}/${lab.stack}`).catch(() => null); // shown as unknown
  const { SshAccess, json } = accessModule();
  const { parseLinks } = inspectingModule();
  const access = new SshAccess(lab.plan, lab.machines);
  const interfaces = async (name: string): Promise<LiveInterface[] | null> =>
    parseLinks(await json<Parameters<typeof parseLinks>[0]>(access, name, "ip -j link"));
  try {
    return Object.fromEntries(
      await Promise.all(
        Object.keys(lab.machines).map(async (name) => {
          const status = seen?.find((each) => each.name === name) ?? null;
          const state = seen === null ? "unknown (no engine answers)" : (status?.state ?? "missing");
          const answers = seen === null || state === "running";
          const live = { state, status, interfaces: answers ? await interfaces(name).catch(() => null) : null };
          return [name, live] as const;
        }),
      ),
    );
  } finally {
    await access.close();
  }
}
