import { shellProgram } from "../common/shell-program";
import type { LabPlan } from "../plan/types";
import type { MachineLogins } from "../ssh/machine";
import { SshAccess } from "./access";

/** Makes every server of a lab, and the pods on it, forget the path MTUs that they have learned. One that does not answer keeps its own: verify tells of it. */
export async function forgetPathMtus(plan: LabPlan, machines: MachineLogins): Promise<void> {
  const access = new SshAccess(plan, machines);
  try {
    await Promise.allSettled(
      plan.servers.map(({ name }) => access.run(name, shellProgram("verify/scripts/forget-path-mtus.sh"))),
    );
  } finally {
    await access.close();
  }
}
