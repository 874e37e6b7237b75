import microdiff, { type Difference } from "microdiff";
import { calicoResources, workloadServices } from "../../plan/render";
import type { ClusterLabPlan } from "../../plan/cluster";
import { differencesOn, machinesWith } from "../facts/configuration";
import { kubectl, objects, type KubeObject } from "../facts/kubernetes";
import { equal } from "../rows";
import { ofCluster, type ClusterLabAccess } from "../cluster";
import type { Row } from "../types";

/** Calico's own kinds, as one question to kubectl. */
const CALICO = ["ippools", "felixconfigurations", "bgppeers", "bgpconfigurations"].map(
  (kind) => `${kind}.crd.projectcalico.org`,
);

/** An object as the plan has it. */
interface PlannedObject {
  readonly kind: string;
  readonly name: string;
  /** Null for one of the whole cluster. */
  readonly namespace: string | null;
  readonly spec: unknown;
}

/** Fields that the plan leaves to others, by their path in the specification, for each kind that has some. */
const FREE: Readonly<Record<string, RegExp>> = {
  // Felix and calico-node write settings of their own beside those of the lab.
  FelixConfiguration: /./,
  // Kubernetes gives a service its addresses and ports (https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/).
  Service: /^(clusterIPs?|ipFamil.*|healthCheckNodePort|ports\.\d+\.(nodePort|protocol))$/,
};

function planned(plan: ClusterLabPlan): PlannedObject[] {
  const { workload } = plan;
  return [
    ...calicoResources(plan).map(({ kind, metadata, spec }) => ({ kind, name: metadata.name, namespace: null, spec })),
    ...(workload === null
      ? []
      : workloadServices(workload).map(({ name, spec }) => ({
          kind: "Service",
          name,
          namespace: workload.namespace,
          spec,
        }))),
  ];
}

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** Fields of an object that differ from the plan, each with both values. */
export function fieldsThatDiffer(kind: string, wanted: unknown, seen: unknown): string[] {
  const isFree = ({ type, path }: Difference): boolean =>
    type === "CREATE" && FREE[kind]?.test(path.join(".")) === true;
  return microdiff(wanted as object, seen as object)
    .filter((difference) => !isFree(difference))
    .map((difference) => {
      const [now, then] = [
        difference.type === "REMOVE" ? undefined : (difference.value as unknown),
        difference.type === "CREATE" ? undefined : (difference.oldValue as unknown),
      ];
      return `spec.${difference.path.join(".")}: ${shown(now)}, planned ${shown(then)}`;
    });
}

function objectRow({ kind, name, namespace, spec }: PlannedObject, seen: readonly KubeObject[]): Row {
  const found = seen.find(
    (each) =>
      each.kind === kind &&
      each.metadata.name === name &&
      (namespace === null || each.metadata.namespace === namespace),
  );
  const differs = found === undefined ? ["no such object"] : fieldsThatDiffer(kind, spec, found.spec ?? {});
  const subject = `${kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
  return equal(subject, "as planned", differs.length === 0 ? "as planned" : differs.join("; "));
}

/** Calico's resources and the workload's services are as planned, and no other object decides what reaches what. */
export const plannedObjects = ofCluster({
  id: "objects",
  title: "Objects of Calico and the workload are as planned",
  run: async (lab) => {
    const [calico, services, others] = await Promise.all([
      kubectl(lab, CALICO.join(",")),
      objects(lab, "Service"),
      othersRows(lab),
    ]);
    return [...planned(lab.plan).map((each) => objectRow(each, [...calico, ...services])), ...others];
  },
});

async function othersRows(lab: ClusterLabAccess): Promise<Row[]> {
  const found = await Promise.all(
    machinesWith(lab.plan, "objects").map((machine) => differencesOn(lab, machine, "objects")),
  );
  return [equal("other objects, and Deployments of kubeadm", "as planned", found.flat().join("; ") || "as planned")];
}
