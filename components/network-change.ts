import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type { LabPlan } from "../plan/types";
import { PLAN_VERSION } from "../plan/version";

/** Loads a module only when it is needed: where nothing changes, nothing is predicted. The path fits this file and the bundle alike. */
const load = createRequire(__filename);

/**
 * Tells, in the preview of a changed plan, what becomes of the network of the lab that runs: BGP sessions that flap, come or go, routes that change. Says nothing
 * where there is no lab yet, or none that was finished.
 *
 * The plan that runs is in the stack's own outputs, which the engine's built-in provider reads.
 */
export async function tellNetworkChange(plan: LabPlan): Promise<void> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    outputs: { deployedPlan?: string; planVersion?: number };
  };
  if (outputs.deployedPlan === undefined || outputs.deployedPlan === JSON.stringify(plan)) return;
  if (outputs.planVersion !== PLAN_VERSION) {
    await pulumi.log.info(
      "What becomes of sessions and routes is not predicted this once: another version of fabriclab built the lab that runs, and its plan has another form.",
    );
    return;
  }
  const { changeText, networkChange } = load("../report/change") as typeof import("../report/change");
  const change = networkChange(JSON.parse(outputs.deployedPlan) as LabPlan, plan);
  if (change !== null) await pulumi.log.info(changeText(change));
}
