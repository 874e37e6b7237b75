import { readSpec, type LabSpec } from "../../lab-spec";
import { isFabricAlone } from "../cluster";
import { defineRule, type Finding } from "./rule";

/** What the parts of the cluster are where nobody writes them. */
let defaults: Pick<LabSpec, "kubernetes" | "calico"> | undefined;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const needsNodes = defineRule({
  name: "needs-nodes",
  title: "What belongs to a cluster stands in a lab that has nodes",
  severity: "error",
  source: "docs/spec.md, nodes: a lab without nodes is a fabric alone",
  why: "Without nodes there is no cluster: nobody would run the workload, or read the settings of Kubernetes and Calico.",
  fixed: "Nothing can be planned of what has no cluster to be in.",
  find: ({ spec }) => {
    if (!isFabricAlone(spec)) return [];
    defaults ??= readSpec({ name: "alone", fabric: { spines: 1, leaves: 1 } }).spec!;
    const written = [
      ...(same(spec.kubernetes, defaults.kubernetes) ? [] : ["kubernetes"]),
      ...(same(spec.calico, defaults.calico) ? [] : ["calico"]),
      ...(spec.netscaler === null ? [] : ["netscaler"]),
      ...(spec.workload === null ? [] : ["workload"]),
    ];
    return written.map((path): Finding => ({
      path,
      message: `${path} needs a Kubernetes cluster, and the lab has no nodes`,
      values: { nodes: "[]" },
      remedy: `Write nodes, one of them with role: control-plane, or leave ${path} out.`,
    }));
  },
});
