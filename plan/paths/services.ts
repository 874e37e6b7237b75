import { nodesOf } from "../lookup";
import { apiServiceAddress, nominalServiceAddress } from "../service-addresses";
import type { Address, LabPlan } from "../types";

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

/** kubeadm's own services, and the workload's, by name. */
export function servicesOf(plan: LabPlan): ServiceFact[] {
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
    ...(workload === null
      ? []
      : [
          {
            name: workload.service,
            address: nominalServiceAddress(cluster.serviceCidr),
            nominal: true,
            nodes: nodes.filter((each) => each.role === "worker").map((each) => each.name),
            pods: true,
          },
        ]),
  ];
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
