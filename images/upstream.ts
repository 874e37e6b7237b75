/** Where the connected way takes things from, each replaceable by an environment variable (a mirror, or a stand-in in tests). */
import { VERSIONS } from "../lab-spec/versions";

/** Images that pods of a lab run, under the names that kubeadm, Calico's manifest and the demo ask for. */
export const POD_IMAGES = {
  "kube-apiserver": `registry.k8s.io/kube-apiserver:${VERSIONS.kubernetes}`,
  "kube-controller-manager": `registry.k8s.io/kube-controller-manager:${VERSIONS.kubernetes}`,
  "kube-scheduler": `registry.k8s.io/kube-scheduler:${VERSIONS.kubernetes}`,
  "kube-proxy": `registry.k8s.io/kube-proxy:${VERSIONS.kubernetes}`,
  etcd: `registry.k8s.io/etcd:${VERSIONS.etcdImage}`,
  pause: `registry.k8s.io/pause:${VERSIONS.pause}`,
  coredns: `registry.k8s.io/coredns/coredns:${VERSIONS.coredns}`,
  "calico-cni": `docker.io/calico/cni:${VERSIONS.calico}`,
  "calico-node": `docker.io/calico/node:${VERSIONS.calico}`,
  "calico-kube-controllers": `docker.io/calico/kube-controllers:${VERSIONS.calico}`,
  nginx: `docker.io/library/nginx:${VERSIONS.nginx}`,
} as const;

/** Images that set-up itself takes something from. */
export const TOOL_IMAGES = {
  debian: "docker.io/library/debian:bookworm-slim",
  calicoctl: `docker.io/calico/ctl:${VERSIONS.calico}`,
} as const;

/**
 * What to pull for an upstream image. FABRICLAB_REGISTRY_MIRROR names a registry that holds upstream registries as folders:
 * `mirror.example:5000` gives `mirror.example:5000/registry.k8s.io/pause:3.10.1`.
 */
export function pullName(image: string, mirror = process.env.FABRICLAB_REGISTRY_MIRROR): string {
  return mirror === undefined || mirror === "" ? image : `${mirror.replace(/\/+$/, "")}/${image}`;
}

/** Folder of Kubernetes' release programs; FABRICLAB_KUBERNETES_RELEASES replaces the host's part. Each program has a `.sha256` beside it. */
export const kubernetesUrl = (program: string): string =>
  `${process.env.FABRICLAB_KUBERNETES_RELEASES ?? "https://dl.k8s.io/release"}/${VERSIONS.kubernetes}/bin/linux/amd64/${program}`;

/** Address of one of Calico's manifests; FABRICLAB_CALICO_MANIFESTS replaces all before the file name. */
export const manifestUrl = (file: string): string =>
  `${process.env.FABRICLAB_CALICO_MANIFESTS ?? `https://raw.githubusercontent.com/projectcalico/calico/${VERSIONS.calico}/manifests`}/${file}`;

/** Where everything comes from: package registries alone, or upstream's own releases and images. */
export type Way = "registry" | "connected";
