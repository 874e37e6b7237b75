import { stringify } from "yaml";
import { addressOf, nodeOf } from "../lookup";
import type { LabPlan, NodePlan } from "../types";
import { POD_RESOLVER } from "./node";

const API_PORT = 6443;
const KUBEADM_API = "kubeadm.k8s.io/v1beta4";

/** Preflight checks that a container can't pass: the kernel's configuration, the host's swap, a sysctl that only a loaded br_netfilter has. */
const PREFLIGHT_ERRORS_IGNORED = [
  "SystemVerification",
  "Swap",
  "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables",
];

export interface InitSecrets {
  /** A bootstrap token to make, "abcdef.0123456789abcdef"; without it kubeadm makes one of its own that lasts a day. */
  readonly token?: string;
}

export interface JoinSecrets {
  /** Bootstrap token, "abcdef.0123456789abcdef". */
  readonly token: string;
  /** SHA-256 of the cluster CA's public key, with or without the prefix "sha256:". */
  readonly caCertHash: string;
}

/** The file for `kubeadm init --config` on the control plane (kubeadm v1beta4). */
export function kubeadmInit(plan: LabPlan, { token }: InitSecrets = {}): string {
  const control = nodeOf(plan, plan.cluster.controlPlane);
  // Pods keep addresses of the pool they came from, which no cluster can leave: another pool is another cluster, as is another pod CIDR.
  const pool = plan.calico.pool === plan.cluster.podCidr ? "" : `# pool of Calico: ${plan.calico.pool}\n`;
  return (
    pool +
    documents([
      initConfiguration(control, token),
      clusterConfiguration(plan, control),
      kubeletConfiguration(),
      kubeProxyConfiguration(),
    ])
  );
}

/** The file for `kubeadm join --config` on a worker. */
export function kubeadmJoin(plan: LabPlan, name: string, { token, caCertHash }: JoinSecrets): string {
  const hash = caCertHash.startsWith("sha256:") ? caCertHash : `sha256:${caCertHash}`;
  return documents([
    {
      apiVersion: KUBEADM_API,
      kind: "JoinConfiguration",
      discovery: {
        bootstrapToken: { token, apiServerEndpoint: `${plan.cluster.apiAddress}:${API_PORT}`, caCertHashes: [hash] },
      },
      nodeRegistration: nodeRegistration(nodeOf(plan, name)),
    },
  ]);
}

function initConfiguration(control: NodePlan, token: string | undefined): object {
  return {
    apiVersion: KUBEADM_API,
    kind: "InitConfiguration",
    // A given token never expires: nodes are added to a lab days after its start.
    ...(token === undefined ? {} : { bootstrapTokens: [{ token, ttl: "0s" }] }),
    localAPIEndpoint: { advertiseAddress: addressOf(control), bindPort: API_PORT },
    nodeRegistration: nodeRegistration(control),
  };
}

function clusterConfiguration(plan: LabPlan, control: NodePlan): object {
  // One member of each: nothing to elect, and a lab's etcd needn't survive a power cut.
  const singleton = [{ name: "leader-elect", value: "false" }];
  return {
    apiVersion: KUBEADM_API,
    kind: "ClusterConfiguration",
    kubernetesVersion: plan.cluster.kubernetesVersion,
    clusterName: plan.name,
    networking: { podSubnet: plan.cluster.podCidr, serviceSubnet: plan.cluster.serviceCidr },
    // The API is published on the loopback of the machine that runs the lab.
    apiServer: { certSANs: ["127.0.0.1", "localhost", control.hostname] },
    etcd: { local: { dataDir: "/var/lib/etcd", extraArgs: [{ name: "unsafe-no-fsync", value: "true" }] } },
    controllerManager: { extraArgs: singleton },
    scheduler: { extraArgs: [...singleton] },
  };
}

function kubeletConfiguration(): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    resolvConf: POD_RESOLVER,
    // Nodes share one disk that is not theirs to clean or to guard.
    imageGCHighThresholdPercent: 100,
    evictionHard: { "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%" },
    // A node that was off the network comes back in seconds: kubelet's own limit lets a crashed API server wait five minutes.
    crashLoopBackOff: { maxContainerRestartPeriod: "10s" },
    // The first lets kubelet go on where it may not write the host's sysctls; the second is what allows the limit above (alpha in 1.34).
    featureGates: { KubeletInUserNamespace: true, KubeletCrashLoopBackOffMax: true },
  };
}

function kubeProxyConfiguration(): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    // Zero leaves the kernel's conntrack limits, which belong to the host, alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}

function nodeRegistration(node: NodePlan): object {
  return {
    name: node.name,
    criSocket: "unix:///run/containerd/containerd.sock",
    ignorePreflightErrors: PREFLIGHT_ERRORS_IGNORED,
    kubeletExtraArgs: [{ name: "node-ip", value: addressOf(node) }],
  };
}

function documents(objects: readonly object[]): string {
  return objects.map((each) => stringify(each, { aliasDuplicateObjects: false })).join("---\n");
}
