import { SshAccess } from "../verify/access";
import { liveOptions as bgpOptions } from "../verify/facts/bgp";
import { objects, livePodBlocks, readyPods } from "../verify/facts/kubernetes";
import { namespacesOf } from "../verify/facts/namespaces";
import type { MachineLogins } from "../ssh/machine";
import { isClusterLab } from "../verify/cluster";
import type { LabAccess } from "../verify/types";
import type { PredictOptions } from "../plan/prediction";
import type { LabPlan } from "../plan/types";
import type { Pod, Service } from "./probe/flows";

/** A running lab: its plan, and how its machines are reached. */
export interface RunningLab {
  readonly plan: LabPlan;
  /** Stack output `machines`. */
  readonly machines: MachineLogins;
}

/** Works on a lab by SSH and closes the connections at the end. */
export async function withAccess<T>(lab: RunningLab, work: (access: SshAccess) => Promise<T>): Promise<T> {
  const access = new SshAccess(lab.plan, lab.machines);
  try {
    return await work(access);
  } finally {
    await access.close();
  }
}

/** Ready pods with an address of their own, a node at least one where it has any, and their network namespaces. */
export async function livePods(access: LabAccess): Promise<(Pod & { readonly name: string })[]> {
  if (!isClusterLab(access)) return [];
  const { pods } = await readyPods(access);
  const found = await Promise.all(
    pods.map(async ({ name, node, address }) => {
      const at = (await namespacesOf(access, node)).find((each) => each.address === address);
      return at === undefined ? [] : [{ name, node, address, namespace: at.namespace }];
    }),
  );
  return found.flat();
}

/** The workload's service as the API server made it; null for a lab without workload, or before the service is there. */
export async function liveService(access: LabAccess): Promise<Service | null> {
  const { workload } = access.plan;
  if (workload === null || !isClusterLab(access)) return null;
  const found = (await objects(access, "Service")).find(
    ({ metadata }) => metadata.namespace === workload.namespace && metadata.name === workload.service,
  );
  const address = found?.spec?.clusterIP;
  return address === undefined ? null : { name: workload.service, address, port: workload.port };
}

/** What a prediction needs to know of a running lab: pod blocks by node as Calico's IPAM has handed them out, in every mode, and announced services. */
export async function liveOptionsWithBlocks(access: LabAccess): Promise<PredictOptions> {
  return isClusterLab(access) ? { ...(await bgpOptions(access)), blocks: await livePodBlocks(access) } : {};
}
