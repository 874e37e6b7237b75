import { yamlText } from "./yaml";
import { DEFAULT_PLATFORM, type NodePlatform, type Platform } from "../../platforms";
import { mayHaveOwnKernel } from "../kernel";
import { addressOf, nodeOf } from "../lookup";
import type { ClusterLabPlan } from "../cluster";
import type { NodePlan } from "../types";
import { POD_RESOLVER } from "./node";

export const API_PORT = 6443;
const KUBEADM_API = "kubeadm.k8s.io/v1beta4";

export interface JoinSecrets {
  /** Bootstrap token, "abcdef.0123456789abcdef". */
  readonly token: string;
  /** SHA-256 of the cluster CA's public key, with or without the prefix "sha256:". */
  readonly caCertHash: string;
}

/**
 * The file for `kubeadm init --config` on the control plane (kubeadm v1beta4).
 *
 * @param platform of the machines that are nodes
 */
export function kubeadmInit(plan: ClusterLabPlan, platform: Platform = DEFAULT_PLATFORM): string {
  const control = nodeOf(plan, plan.cluster.controlPlane);
  // Pods keep addresses of the pool they came from, which no cluster can leave: another pool is another cluster, as is another pod CIDR.
  const pool = plan.calico.pool === plan.cluster.podCidr ? "" : `# pool of Calico: ${plan.calico.pool}\n`;
  return (
    pool +
    documents([
      initConfiguration(control, plan, platform.node),
      clusterConfiguration(plan, platform, control),
      kubeletConfiguration(platform.node),
      kubeProxyConfiguration(platform.node),
    ])
  );
}

/**
 * The file for `kubeadm join --config` on a worker.
 *
 * @param platform of the worker's machine
 */
export function kubeadmJoin(
  plan: ClusterLabPlan,
  name: string,
  { token, caCertHash }: JoinSecrets,
  platform: Platform = DEFAULT_PLATFORM,
): string {
  const hash = caCertHash.startsWith("sha256:") ? caCertHash : `sha256:${caCertHash}`;
  return documents([
    {
      apiVersion: KUBEADM_API,
      kind: "JoinConfiguration",
      discovery: {
        bootstrapToken: { token, apiServerEndpoint: `${plan.cluster.apiAddress}:${API_PORT}`, caCertHashes: [hash] },
      },
      nodeRegistration: nodeRegistration(nodeOf(plan, name), plan, platform.node),
    },
  ]);
}

function initConfiguration(control: NodePlan, plan: ClusterLabPlan, platform: NodePlatform): object {
  return {
    apiVersion: KUBEADM_API,
    kind: "InitConfiguration",
    localAPIEndpoint: { advertiseAddress: addressOf(control), bindPort: API_PORT },
    nodeRegistration: nodeRegistration(control, plan, platform),
  };
}

function clusterConfiguration(plan: ClusterLabPlan, platform: Platform, control: NodePlan): object {
  // One member of each: nothing to elect, and a lab's etcd needn't survive a power cut.
  const singleton = [{ name: "leader-elect", value: "false" }];
  return {
    apiVersion: KUBEADM_API,
    kind: "ClusterConfiguration",
    kubernetesVersion: plan.cluster.kubernetesVersion,
    clusterName: plan.name,
    networking: { podSubnet: plan.cluster.podCidr, serviceSubnet: plan.cluster.serviceCidr },
    // Clients on the machine that runs the lab reach the API by its published port.
    apiServer: { certSANs: [...platform.publishedAs, control.hostname] },
    etcd: { local: { dataDir: "/var/lib/etcd", extraArgs: [{ name: "unsafe-no-fsync", value: "true" }] } },
    controllerManager: { extraArgs: singleton },
    scheduler: { extraArgs: [...singleton] },
  };
}

/** Settings of kubelet where nodes share one disk, which is not theirs to clean or to guard. */
const SHARED_DISK = {
  imageGCHighThresholdPercent: 100,
  evictionHard: { "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%" },
};

function kubeletConfiguration(platform: NodePlatform): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    cgroupDriver: platform.cgroupDriver,
    failCgroupV1: !platform.cgroupV1,
    failSwapOn: !platform.swap,
    resolvConf: POD_RESOLVER,
    ...(platform.ownDisk ? {} : SHARED_DISK),
    // A node that was off the network comes back in seconds: kubelet's own limit lets a crashed API server wait five minutes.
    crashLoopBackOff: { maxContainerRestartPeriod: "10s" },
    featureGates: {
      // Lets kubelet go on where it may not write sysctls.
      ...(platform.userNamespace ? { KubeletInUserNamespace: true } : {}),
      // Allows the limit above (alpha in 1.34).
      KubeletCrashLoopBackOffMax: true,
    },
  };
}

/** Settings of kube-proxy that leave the kernel's limits of connection tracking as they are. */
const SHARED_CONNTRACK = { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" };

function kubeProxyConfiguration(platform: NodePlatform): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    ...(platform.ownConntrack ? {} : { conntrack: SHARED_CONNTRACK }),
  };
}

function nodeRegistration(node: NodePlan, plan: ClusterLabPlan, platform: NodePlatform): object {
  return {
    name: node.name,
    criSocket: "unix:///run/containerd/containerd.sock",
    // A kernel of a machine's own has one CPU.
    ignorePreflightErrors: [...platform.ignoredPreflightErrors, ...(mayHaveOwnKernel(plan) ? ["NumCPU"] : [])],
    kubeletExtraArgs: [{ name: "node-ip", value: addressOf(node) }],
  };
}

function documents(objects: readonly object[]): string {
  return objects.map(yamlText).join("---\n");
}
