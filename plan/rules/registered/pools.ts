import { at, by, listAt, numberAt, textAt, type RegisteredResource } from "./resource";
import type { Pool, WrittenSelector } from "./calico-types";

/** An IPPool. Source: https://docs.tigera.io/calico/3.28/reference/resources/ippool */
export function pool(each: RegisteredResource): Pool {
  const { props } = each;
  return {
    ...by(each),
    cluster: each.provider ?? null,
    path: "spec",
    cidr: textAt(props, "spec.cidr"),
    blockSize: numberAt(props, "spec.blockSize"),
    ipipMode: textAt(props, "spec.ipipMode") ?? "Never",
    vxlanMode: textAt(props, "spec.vxlanMode") ?? "Never",
    disabled: at(props, "spec.disabled") === true,
    forServices: onlyForServices(at(props, "spec.allowedUses")),
    nodeSelector: selectorAt(each, "spec.nodeSelector"),
  };
}

/** The selector at a path; null if there is no text. */
export function selectorAt(
  each: RegisteredResource,
  path: string,
  within: unknown = each.props,
  key = path,
): WrittenSelector | null {
  const text = textAt(within, key);
  return text === null ? null : { ...by(each), path, text };
}

/** Whether a pool's `allowedUses` name services of type LoadBalancer and nothing else. */
const onlyForServices = (uses: unknown): boolean =>
  Array.isArray(uses) && uses.length > 0 && uses.every((use) => use === "LoadBalancer");

/** How the operator writes what an IPPool has in two fields. */
const ENCAPSULATIONS: Readonly<Record<string, readonly [ipip: string, vxlan: string]>> = {
  IPIP: ["Always", "Never"],
  IPIPCrossSubnet: ["CrossSubnet", "Never"],
  VXLAN: ["Never", "Always"],
  VXLANCrossSubnet: ["Never", "CrossSubnet"],
  None: ["Never", "Never"],
};

/**
 * The pools that Calico's operator makes of an Installation, or of the values of its Helm chart.
 *
 * Source: https://docs.tigera.io/calico/latest/reference/installation/api#ippool
 */
export function installationPools(each: RegisteredResource, root: string): Pool[] {
  return listAt(each.props, `${root}.calicoNetwork.ipPools`).map((one, i): Pool => {
    const path = `${root}.calicoNetwork.ipPools[${i}]`;
    const [ipipMode, vxlanMode] = ENCAPSULATIONS[textAt(one, "encapsulation") ?? "IPIP"] ?? ["Never", "Never"];
    return {
      ...by(each),
      cluster: each.provider ?? null,
      path,
      cidr: textAt(one, "cidr"),
      blockSize: numberAt(one, "blockSize"),
      ipipMode,
      vxlanMode,
      disabled: false,
      forServices: onlyForServices(at(one, "allowedUses")),
      nodeSelector: selectorAt(each, `${path}.nodeSelector`, one, "nodeSelector"),
    };
  });
}
