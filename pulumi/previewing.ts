import type { LabPlan } from "../plan/types";
import type { NetworkChange } from "../report/change";
import { Failure } from "../common/errors";
import { openLab } from "./lab";
import { lazy } from "../common/lazy";

const stackLabModule = lazy<typeof import("./stack-lab")>(require, "./stack-lab");
const planModule = lazy<typeof import("../plan")>(require, "../plan");
const changeModule = lazy<typeof import("../report/change")>(require, "../report/change");

/** What the config of a stack would do to the network of its running lab; null where there is no lab, no sound config, or no change. */
export async function previewedChange(root: string, stack: string, configFile: string): Promise<NetworkChange | null> {
  let deployed: LabPlan;
  try {
    ({ plan: deployed } = await openLab(root, stack));
  } catch (error) {
    if (error instanceof Failure) return null; // no lab yet: everything is new
    throw error;
  }
  const { labValue } = stackLabModule();
  const { makePlan, parseSpec } = planModule();
  const parsed = parseSpec(labValue(root, stack, configFile));
  if ("problems" in parsed) return null; // the program says why
  const { networkChange } = changeModule();
  return networkChange(deployed, makePlan(parsed.spec));
}
