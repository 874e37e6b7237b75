import type { LabPlan } from "../plan/types";
import { PLAN_VERSION } from "../plan/version";
import type { MachineLogin, MachineLogins } from "../ssh/machine";
import { Failure } from "../common/errors";
import { Pulumi } from "./pulumi";

/** A running lab as its stack describes it. */
export interface Lab {
  readonly stack: string;
  readonly plan: LabPlan;
  readonly machines: MachineLogins;
  readonly kubeconfig: string | null;
}

interface Outputs {
  readonly deployedPlan?: string | LabPlan;
  readonly machines?: MachineLogins;
  /** Not there in a lab whose plan is of version 1. */
  readonly planVersion?: number;
  readonly kubeconfig?: string;
}

/** @throws Failure where there is no such stack, or its lab was never finished */
export async function openLab(root: string, stack: string): Promise<Lab> {
  const pulumi = new Pulumi(root, stack);
  const shown = await pulumi.capture(["stack", "output", "--json", "--show-secrets", "--stack", stack]);
  if (shown.code !== 0) {
    if (/no stack named/.test(shown.stderr))
      throw new Failure(`there is no lab "${stack}"`, `build it: ${upCommand(stack)}`);
    throw new Failure(`the outputs of stack ${stack} can't be read: ${shown.stderr.trim()}`);
  }
  return labOf(stack, JSON.parse(shown.stdout) as Outputs);
}

export const upCommand = (stack: string): string => `fabriclab up --stack ${stack}`;

export function labOf(stack: string, outputs: Outputs): Lab {
  const { deployedPlan, planVersion = 1, machines, kubeconfig } = outputs;
  if (deployedPlan === undefined || machines === undefined)
    throw new Failure(`lab "${stack}" is not finished: its stack has no outputs yet`, `finish it: ${upCommand(stack)}`);
  if (planVersion !== PLAN_VERSION)
    throw new Failure(
      `lab "${stack}" was built by another version of fabriclab: its plan is of version ${planVersion}, and this one reads version ${PLAN_VERSION}`,
      planVersion < PLAN_VERSION
        ? `take the lab over, which leaves its machines as they are: ${upCommand(stack)}`
        : "use the newer fabriclab",
    );
  return {
    stack,
    plan: typeof deployedPlan === "string" ? (JSON.parse(deployedPlan) as LabPlan) : deployedPlan,
    machines,
    kubeconfig: kubeconfig ?? null,
  };
}

/** @throws Failure that names the machines there are */
export function machineOf(lab: Lab, name: string): MachineLogin {
  const found = lab.machines[name];
  if (found === undefined)
    throw new Failure(
      `lab "${lab.stack}" has no machine "${name}"`,
      `it has ${Object.keys(lab.machines).sort().join(", ")}`,
    );
  return found;
}
