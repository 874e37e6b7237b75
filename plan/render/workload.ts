import type { WorkloadPlan } from "../types";

/** A service of the demo workload, as the lab writes it. */
export interface WorkloadService {
  readonly name: string;
  readonly spec: {
    readonly type: "ClusterIP" | "NodePort";
    readonly externalTrafficPolicy?: "Local";
    readonly internalTrafficPolicy: "Cluster";
    readonly sessionAffinity: "None";
    readonly clusterIP?: string;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: number }[];
  };
}

/** Labels of the workload's pods. */
export const workloadLabels = ({ name }: WorkloadPlan): { readonly app: string } => ({ app: name });

/**
 * The workload's service, and the one for local traffic where the plan has it. Defaults are written out: what nobody wrote, nobody owns, and a change by hand would
 * be nobody's to take back (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
 */
export function workloadServices(workload: WorkloadPlan): WorkloadService[] {
  const { service, localService, port } = workload;
  const chosen = {
    internalTrafficPolicy: "Cluster" as const,
    sessionAffinity: "None" as const,
    selector: workloadLabels(workload),
    ports: [{ port, targetPort: port }],
  };
  return [
    { name: service, spec: { type: "ClusterIP", ...chosen } },
    ...(localService === null
      ? []
      : [
          {
            name: localService.name,
            spec: {
              type: "NodePort" as const,
              externalTrafficPolicy: "Local" as const,
              clusterIP: localService.address,
              ...chosen,
            },
          },
        ]),
  ];
}
