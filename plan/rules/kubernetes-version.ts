import { VERSIONS } from "../../lab-spec";
import { defineRule } from "./rule";

export const kubernetesVersion = defineRule({
  name: "kubernetes-version",
  title: "The Kubernetes version is the one the machine images carry",
  severity: "error",
  source: "lab-spec/versions.ts",
  why: "The images hold the binaries and pod images of one version, and nodes may have nowhere to fetch another from.",
  ofCluster: true,
  find: ({ spec }) => {
    const { version } = spec.kubernetes;
    if (version === VERSIONS.kubernetes) return [];
    return [
      {
        path: "kubernetes.version",
        message: `the machine images carry Kubernetes ${VERSIONS.kubernetes}, not ${version}`,
        values: { "kubernetes.version": version },
        remedy: `Leave it out, or write ${VERSIONS.kubernetes}.`,
      },
    ];
  },
});
