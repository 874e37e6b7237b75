/** Versions a lab is made of; `setup/` builds or fetches exactly these. */
export const VERSIONS = {
  pulumi: "3.250.0",
  /** Pulumi's kubernetes provider: what @pulumi/kubernetes of package.json asks for, and what the plugin says it is. */
  pulumiKubernetes: "4.28.0",
  /** The commit of that provider which the registry way builds: its releases are in no package registry, this commit of its Go module is. */
  pulumiKubernetesCommit: "f47bc2d6f199",
  kubernetes: "v1.34.4",
  etcd: "3.6.5",
  etcdImage: "3.6.5-0",
  coredns: "v1.12.1",
  pause: "3.10.1",
  calico: "v3.28.5",
  /** nginx of Debian 12, also an upstream tag. */
  nginx: "1.22.1",
} as const;
