import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { makePlan, parseSpec } from "../plan";
import { machinesThere } from "../provider/cleanup";
import { PROJECT } from "./root";

/**
 * What the kubernetes provider is to do about a cluster that can't be reached. A stopped control plane comes back with its objects, so they stay in
 * the state; one whose machine was removed by hand took them with it, so they go from the state.
 *
 * @param configFile the stack's config
 * @returns environment for the Pulumi CLI
 */
export async function unreachableCluster(stack: string, configFile: string): Promise<NodeJS.ProcessEnv> {
  const config = parse(readFileSync(configFile, "utf8")) as { config?: Record<string, unknown> } | null;
  const parsed = parseSpec(config?.config?.["fabriclab:lab"]);
  if ("problems" in parsed) return {};
  const machines = await machinesThere(`${PROJECT}/${stack}`);
  return machines.includes(makePlan(parsed.spec).cluster.controlPlane) ? {} : OBJECTS_GONE;
}

/** Takes objects of a cluster that can't be reached from the state. */
export const OBJECTS_GONE: NodeJS.ProcessEnv = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
