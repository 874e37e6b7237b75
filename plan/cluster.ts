import { within } from "../lab-spec/ip";
import type { Address, CalicoPlan, ClusterPlan, LabPlan } from "./types";

/** A lab with a Kubernetes cluster: what all that makes, asks or renders something of Kubernetes or Calico takes. */
export interface ClusterLabPlan extends LabPlan {
  readonly cluster: ClusterPlan;
  readonly calico: CalicoPlan;
}

/** Whether a lab, as written, has no nodes, and with that no cluster. */
export const isFabricAlone = ({ nodes }: { readonly nodes: readonly unknown[] }): boolean => nodes.length === 0;

/** Whether a lab has a cluster; one without nodes is a fabric alone. */
export function hasCluster(plan: LabPlan): plan is ClusterLabPlan {
  return plan.cluster !== null && plan.calico !== null;
}

/** The lab as one that has a cluster. @throws Error where it is a fabric alone, which whoever calls has asked before */
export function clusterLab(plan: LabPlan): ClusterLabPlan {
  if (!hasCluster(plan)) throw new Error(`lab ${plan.name} has no Kubernetes cluster`);
  return plan;
}

/** Whether an address may be a pod's, of Calico's pool. */
export function inPodPool({ calico }: LabPlan, address: Address): boolean {
  return calico !== null && within(address, calico.pool);
}

/** Whether an address lies in the cluster's pod range: what kube-proxy takes for a pod's. */
export function inPodRange({ cluster }: LabPlan, address: Address): boolean {
  return cluster !== null && within(address, cluster.podCidr);
}

export function inServiceRange({ cluster }: LabPlan, address: Address): boolean {
  return cluster !== null && within(address, cluster.serviceCidr);
}

/** Whether nodes announce the service range by BGP. */
export function announcesServices({ calico }: LabPlan): boolean {
  return calico?.bgp?.advertiseServices === true;
}
