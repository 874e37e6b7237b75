/** Versions a lab is made of; `setup/` builds or fetches exactly these. */
export const VERSIONS = {
  pulumi: "3.250.0",
  kubernetes: "v1.34.4",
  etcd: "3.6.5",
  etcdImage: "3.6.5-0",
  coredns: "v1.12.1",
  pause: "3.10.1",
  calico: "v3.28.5",
  /** nginx of Debian 12, also an upstream tag. */
  nginx: "1.22.1",
} as const;
