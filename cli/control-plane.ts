import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { makePlan, parseSpec } from "../plan";
import { machinesThere } from "../provider/cleanup";
import { Failure } from "./errors";
import { upCommand } from "./lab";
import type { Pulumi } from "./pulumi";
import { PROJECT } from "./root";

/**
 * The name of the control plane whose machine is not there, neither running nor stopped; null where it is there. A stopped one comes back with its
 * cluster; one that was removed by hand took it along.
 *
 * @param configFile the stack's config
 */
export async function missingControlPlane(stack: string, configFile: string): Promise<string | null> {
  const config = parse(readFileSync(configFile, "utf8")) as { config?: Record<string, unknown> } | null;
  const parsed = parseSpec(config?.config?.["fabriclab:lab"]);
  if ("problems" in parsed) return null;
  const { controlPlane } = makePlan(parsed.spec).cluster;
  return (await machinesThere(`${PROJECT}/${stack}`)).includes(controlPlane) ? null : controlPlane;
}

/** @throws Failure where the stack has a control plane whose machine is gone: what the cluster held can't be made again piece by piece */
export async function refuseLostCluster(pulumi: Pulumi, configFile: string): Promise<void> {
  const missing = await missingControlPlane(pulumi.stack, configFile);
  if (missing === null) return;
  const exported = await pulumi.capture(["stack", "export", "--stack", pulumi.stack]);
  const { deployment } = JSON.parse(exported.code === 0 ? exported.stdout : "{}") as { deployment?: { resources?: { urn: string }[] } };
  if (deployment?.resources?.some(({ urn }) => urn.endsWith(`fabriclab:index:Machine::${missing}`)) !== true) return;
  throw new Failure(`the machine of ${missing}, the control plane, is gone, and the cluster with it`, `build the lab anew: fabriclab down --stack ${pulumi.stack}, then ${upCommand(pulumi.stack)}`);
}

/** Lets the kubernetes plugin take objects of a cluster that can't be reached from the state. Not for `up`: the SDK would make it a setting of the provider. */
export const OBJECTS_GONE: NodeJS.ProcessEnv = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
