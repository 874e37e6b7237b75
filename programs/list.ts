import { VERSIONS } from "../lab-spec/versions";
import { KUBERNETES_PROVIDER, writeEmbeddedFiles } from "./kubernetes-provider";

/** A pinned Go module of ours (`programs/modules/<name>`) and the programs built from it. */
export interface GoModule {
  readonly name: "pulumi" | "kubernetes" | "etcd" | "coredns" | "calico" | "tunnel" | "pulumi-kubernetes";
  readonly title: string;
  readonly estimate: number;
  /** Program name to package path; `.` is a main package that lies in the module's own folder. */
  readonly programs: Readonly<Record<string, string>>;
  /** Linker settings: version strings that the programs report, some check. */
  readonly variables: Readonly<Record<string, string>>;
  readonly embedded?: EmbeddedFiles;
}

/** Files that a main package of ours embeds, made out of a dependency's sources just before the build. */
export interface EmbeddedFiles {
  /** Module path of the dependency. */
  readonly from: string;
  /** Raise it when `write` writes something else: the built program is kept by this. */
  readonly revision: string;
  /**
   * Writes the files.
   *
   * @param source folder of the dependency's sources
   * @param target folder to write to
   * @returns names of the files as the main package embeds them
   */
  readonly write: (source: string, target: string) => readonly string[];
}

const calico = "github.com/projectcalico/calico";
const kubernetesVersion = {
  gitVersion: VERSIONS.kubernetes,
  gitMajor: "1",
  gitMinor: VERSIONS.kubernetes.split(".")[1]!,
  gitTreeState: "clean",
  gitCommit: "0000000",
};

export const GO_MODULES: readonly GoModule[] = [
  {
    name: "pulumi",
    title: `Pulumi CLI ${VERSIONS.pulumi}`,
    estimate: 240,
    programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${VERSIONS.pulumi}` },
  },
  {
    name: "calico",
    title: `Calico ${VERSIONS.calico}`,
    estimate: 200,
    programs: {
      "calico-node": `${calico}/node/cmd/calico-node`,
      calico: `${calico}/cni-plugin/cmd/calico`,
      install: `${calico}/cni-plugin/cmd/install`,
      "kube-controllers": `${calico}/kube-controllers/cmd/kube-controllers`,
      "check-status": `${calico}/kube-controllers/cmd/check-status`,
      calicoctl: `${calico}/calicoctl/calicoctl`,
    },
    variables: Object.fromEntries(
      [
        "node/buildinfo.GitVersion",
        "node/pkg/startup.VERSION",
        "node/pkg/lifecycle/startup.VERSION",
        "calicoctl/calicoctl/commands/common.VERSION",
        "calicoctl/calicoctl/commands.VERSION",
        "felix/buildinfo.GitVersion",
      ]
        .map((v) => [`${calico}/${v}`, VERSIONS.calico])
        .concat([["main.VERSION", VERSIONS.calico]]),
    ),
  },
  {
    name: "kubernetes",
    title: `Kubernetes ${VERSIONS.kubernetes}`,
    estimate: 420,
    programs: Object.fromEntries(
      [
        "kubeadm",
        "kubelet",
        "kubectl",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kube-proxy",
      ].map((c) => [c, `k8s.io/kubernetes/cmd/${c}`]),
    ),
    variables: {
      ...Object.fromEntries(
        Object.entries(kubernetesVersion).map(([k, v]) => [`k8s.io/component-base/version.${k}`, v]),
      ),
      "k8s.io/client-go/pkg/version.gitVersion": VERSIONS.kubernetes,
    },
  },
  {
    name: "etcd",
    title: `etcd ${VERSIONS.etcd}`,
    estimate: 25,
    programs: { etcd: "go.etcd.io/etcd/server/v3", etcdctl: "go.etcd.io/etcd/etcdctl/v3" },
    variables: {},
  },
  {
    name: "coredns",
    title: `CoreDNS ${VERSIONS.coredns}`,
    estimate: 80,
    programs: { coredns: "github.com/coredns/coredns" },
    variables: {},
  },
  {
    name: "tunnel",
    title: "IP in IP for kernels without it",
    estimate: 5,
    programs: { tunnel: "." },
    variables: {},
  },
  // Last: nothing but the Pulumi home waits for it, so the image steps run beside this build.
  {
    name: "pulumi-kubernetes",
    title: `Pulumi's kubernetes provider ${VERSIONS.pulumiKubernetes}`,
    estimate: 280,
    programs: { "pulumi-resource-kubernetes": "." },
    variables: { [`${KUBERNETES_PROVIDER}/pkg/version.Version`]: VERSIONS.pulumiKubernetes },
    embedded: { from: KUBERNETES_PROVIDER, revision: "1", write: writeEmbeddedFiles },
  },
];
