import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { makePlan, parseSpec } from "../plan";
import { machinesThere } from "../provider/cleanup";
import { PROJECT } from "./root";

/**
 * Whether the machine of the cluster's control plane is there, running or not. A stopped one comes back with its objects, so they stay in the state;
 * one that was removed by hand took them with it.
 *
 * @param configFile the stack's config
 */
export async function controlPlaneThere(stack: string, configFile: string): Promise<boolean> {
  const config = parse(readFileSync(configFile, "utf8")) as { config?: Record<string, unknown> } | null;
  const parsed = parseSpec(config?.config?.["fabriclab:lab"]);
  if ("problems" in parsed) return true;
  const machines = await machinesThere(`${PROJECT}/${stack}`);
  return machines.includes(makePlan(parsed.spec).cluster.controlPlane);
}

/** Lets the kubernetes plugin take objects of a cluster that can't be reached from the state. Not for `up`: the SDK would make it a setting of the provider. */
export const OBJECTS_GONE: NodeJS.ProcessEnv = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
