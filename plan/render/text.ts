import type { LabPlan, NodePlan, SwitchPlan } from "../types";

/** Texts by absolute path on the machine. */
export type Files = Readonly<Record<string, string>>;

/** Lines as the text of a file. */
export function fileText(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** The switch of this name; throws if the plan has none. */
export function switchOf(plan: LabPlan, name: string): SwitchPlan {
  const found = plan.switches.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no switch "${name}" in the plan of ${plan.name}`);
  return found;
}

/** The node of this name; throws if the plan has none. */
export function nodeOf(plan: LabPlan, name: string): NodePlan {
  const found = plan.nodes.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no node "${name}" in the plan of ${plan.name}`);
  return found;
}

/** An interface address without its length. */
export function hostPart(address: string): string {
  return address.split("/")[0] ?? address;
}
