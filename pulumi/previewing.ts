import { createRequire } from "node:module";
import type { LabPlan } from "../plan/types";
import type { NetworkChange } from "../report/change";
import { Failure } from "../common/errors";
import { openLab } from "./lab";

/** Loads a module only when it is needed: where nothing changes, nothing is predicted. */
const load = createRequire(__filename);

/** What the config of a stack would do to the network of its running lab; null where there is no lab, no sound config, or no change. */
export async function previewedChange(root: string, stack: string, configFile: string): Promise<NetworkChange | null> {
  let deployed: LabPlan;
  try {
    ({ plan: deployed } = await openLab(root, stack));
  } catch (error) {
    if (error instanceof Failure) return null; // no lab yet: everything is new
    throw error;
  }
  const { labValue } = load("./stack-lab") as typeof import("./stack-lab");
  const { makePlan, parseSpec } = load("../plan") as typeof import("../plan");
  const parsed = parseSpec(labValue(root, stack, configFile));
  if ("problems" in parsed) return null; // the program says why
  const { networkChange } = load("../report/change") as typeof import("../report/change");
  return networkChange(deployed, makePlan(parsed.spec));
}
