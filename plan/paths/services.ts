import { addressText, knownRange, rangeSize } from "../../lab-spec/ip";
import { nodesOf } from "../lookup";
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

/** The API server hands out addresses from the upper band of the range first: above min(max(16, size/16), 256) (KEP-3070). */
const LOWER_BAND = { least: 16, share: 16, most: 256 } as const;

/** kubeadm's own services, and the workload's, by name. */
export function servicesOf(plan: LabPlan): ServiceFact[] {
  const { cluster, workload } = plan;
  const nodes = nodesOf(plan);
  const range = knownRange(cluster.serviceCidr);
  const band = Math.min(Math.max(LOWER_BAND.least, Math.floor(rangeSize(range) / LOWER_BAND.share)), LOWER_BAND.most);
  const found: ServiceFact[] = [
    // kube-apiserver takes the first address for itself; its one endpoint is the control plane's own address.
    {
      name: "kubernetes",
      address: addressText(range.first + 1),
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
            address: addressText(range.first + band + 1),
            nominal: true,
            nodes: nodes.filter((each) => each.role === "worker").map((each) => each.name),
            pods: true,
          },
        ]),
  ];
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
