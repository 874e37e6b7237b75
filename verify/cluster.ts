import { hasCluster, type ClusterLabPlan } from "../plan/cluster";
import type { Check, LabAccess, Row } from "./types";

/** A lab with a cluster, as the checks of Kubernetes and Calico have it. */
export interface ClusterLabAccess extends LabAccess {
  readonly plan: ClusterLabPlan;
}

export const isClusterLab = (lab: LabAccess): lab is ClusterLabAccess => hasCluster(lab.plan);

/** A check of the cluster: a lab without one has nothing to test. */
interface ClusterCheck extends Omit<Check, "run"> {
  run(lab: ClusterLabAccess): Promise<Row[]>;
}

export function ofCluster(check: ClusterCheck): Check {
  return {
    ...check,
    needs: check.needs ?? "a Kubernetes cluster",
    run: async (lab) => (isClusterLab(lab) ? check.run(lab) : []),
  };
}
