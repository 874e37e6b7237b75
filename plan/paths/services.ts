import { hasCluster, type ClusterLabPlan } from "../cluster";
import { nodesOf } from "../lookup";
import { apiServiceAddress, nominalServiceAddress } from "../service-addresses";
import type { Address, LabPlan, WorkloadPlan } from "../types";

/** A service of the lab with a cluster address. */
export interface ServiceFact {
  readonly name: string;
  readonly address: Address;
  /** The API server picks the real address when the service is made. */
  readonly nominal: boolean;
  /** Nodes on which a backend may run; where the scheduler puts it is not known before. */
  readonly nodes: readonly string[];
  /** Backends are pods; if not, the nodes themselves. */
  readonly pods: boolean;
}

/** What answers at a port of every node: the workload's local service, whose nodes hand packets from outside to their own pods alone (`externalTrafficPolicy: Local`). */
export interface NodePortFact {
  readonly service: string;
  /** Nodes on which a backend may run. */
  readonly nodes: readonly string[];
  /** Each of them has one for sure: the workload has a replica for every worker. */
  readonly everywhere: boolean;
}

/** The service of a lab that has a port on every node; null where there is none. */
export function nodePortOf(plan: LabPlan): NodePortFact | null {
  const { workload } = plan;
  if (workload === null || workload.localService === null) return null;
  const nodes = workersOf(plan);
  return { service: workload.localService.name, nodes, everywhere: workload.replicas >= nodes.length };
}

const workersOf = (plan: LabPlan): string[] =>
  nodesOf(plan)
    .filter((each) => each.role === "worker")
    .map((each) => each.name);

/** The workload's service, and the one whose address is announced by the nodes alone that have a pod of it: kube-proxy spreads packets to it over all pods too. */
function workloadServices({ service, localService }: WorkloadPlan, plan: ClusterLabPlan): ServiceFact[] {
  const nodes = workersOf(plan);
  return [
    { name: service, address: nominalServiceAddress(plan.cluster.serviceCidr), nominal: true, nodes, pods: true },
    ...(localService === null ? [] : [{ ...localService, nominal: false, nodes, pods: true }]),
  ];
}

/** kubeadm's own services, and the workload's, by name; none without a cluster. */
export function servicesOf(plan: LabPlan): ServiceFact[] {
  if (!hasCluster(plan)) return [];
  const { cluster, workload } = plan;
  const nodes = nodesOf(plan);
  const found: ServiceFact[] = [
    // kube-apiserver takes the first address for itself; its one endpoint is the control plane's own address.
    {
      name: "kubernetes",
      address: apiServiceAddress(cluster.serviceCidr),
      nominal: false,
      nodes: [cluster.controlPlane],
      pods: false,
    },
    {
      name: "kube-dns",
      address: cluster.dnsAddress,
      nominal: false,
      nodes: nodes.map((each) => each.name),
      pods: true,
    },
    ...(workload === null ? [] : workloadServices(workload, plan)),
  ];
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
