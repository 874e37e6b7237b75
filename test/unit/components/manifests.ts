import type { KubernetesObject } from "../../../plan/render";

const meta = (name: string): { name: string; namespace: string } => ({ name, namespace: "kube-system" });

/** Calico's manifests, as far as the patches and the registration look: one object of each kind that matters. */
export function manifests(): Readonly<Record<"calico.json" | "calico-vxlan.json", KubernetesObject[]>> {
  return { "calico.json": manifest("bird", ["-bird-live"]), "calico-vxlan.json": manifest("vxlan", []) };
}

function manifest(backend: string, probes: readonly string[]): KubernetesObject[] {
  const container = {
    name: "calico-node",
    image: "docker.io/calico/node:v3.28.5",
    env: ["CALICO_NETWORKING_BACKEND", "FELIX_VXLANMTU", "IP", "NODENAME"].map((name) => ({ name, value: "" })),
    livenessProbe: { exec: { command: ["/bin/calico-node", "-felix-live", ...probes] } },
    readinessProbe: { exec: { command: ["/bin/calico-node", "-felix-ready", ...probes] } },
  };
  const pods = (containers: object[]): object => ({ template: { spec: { containers } } });
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: meta("calico-node") },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: meta("calico-config"),
      data: { calico_backend: backend, veth_mtu: "0" },
    },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "bgppeers.crd.projectcalico.org" },
      spec: { group: "crd.projectcalico.org" },
    },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "calico-node" }, rules: [] },
    { apiVersion: "apps/v1", kind: "DaemonSet", metadata: meta("calico-node"), spec: pods([container]) },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: meta("calico-kube-controllers"),
      spec: pods([{ name: "calico-kube-controllers", image: "docker.io/calico/kube-controllers:v3.28.5" }]),
    },
  ] as KubernetesObject[];
}
