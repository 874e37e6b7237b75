import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { makePlan, parseSpec, type LabPlan } from "../plan";

/** The plan of a stack's config file; null where the config is not sound, which the program says. */
export function plannedOf(configFile: string): LabPlan | null {
  const config = parse(readFileSync(configFile, "utf8")) as { config?: Record<string, unknown> } | null;
  const parsed = parseSpec(config?.config?.["fabriclab:lab"]);
  return "problems" in parsed ? null : makePlan(parsed.spec);
}
