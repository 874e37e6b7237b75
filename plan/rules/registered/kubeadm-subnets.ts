import { looseRange, rangeText } from "../../../lab-spec/ip";
import { shareAddress, range4 } from "./ip-range";
import type { KubeadmConfig } from "./kubeadm";
import { found, type RegisteredFinding, type RegisteredRule } from "./registered-rule";

export const kubeadmSubnets: RegisteredRule = {
  name: "kubeadm-subnets",
  title: "kubeadm's pod and service subnets are strict and share no address",
  severity: "error",
  scope: "resource",
  source: "https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (Networking)",
  why: "A service gets a pod's address or the other way round: kube-proxy takes the pod's packets.",
  check: ({ kubeadm }) =>
    kubeadm.flatMap((config) => [
      ...strict(config, "podSubnet"),
      ...strict(config, "serviceSubnet"),
      ...shared(config),
    ]),
};

const place = ({ property }: KubeadmConfig, field: string): string =>
  `${property} (ClusterConfiguration networking.${field})`;

function strict(config: KubeadmConfig, field: "podSubnet" | "serviceSubnet"): RegisteredFinding[] {
  return (config[field]?.split(",") ?? []).flatMap((text) => {
    const loose = looseRange(text);
    if (loose === null || range4(text) !== null) return [];
    return [
      found(
        config,
        place(config, field),
        `networking.${field} ${text} has bits set after its length`,
        `Write ${rangeText(loose)}.`,
      ),
    ];
  });
}

function shared(config: KubeadmConfig): RegisteredFinding[] {
  const { podSubnet, serviceSubnet } = config;
  const pods = podSubnet?.split(",") ?? [];
  const services = serviceSubnet?.split(",") ?? [];
  return pods.flatMap((pod) =>
    services.flatMap((service) => {
      return !shareAddress(pod, service)
        ? []
        : [
            found(
              config,
              place(config, "serviceSubnet"),
              `networking.serviceSubnet ${service} overlaps networking.podSubnet ${pod}`,
              "Move one of them.",
            ),
          ];
    }),
  );
}
