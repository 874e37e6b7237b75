import type { CalicoObjects, Peer } from "./calico-types";
import { filter } from "./filters";
import { felixMtus, installationMtu } from "./mtus";
import { installationPools, pool, selectorAt } from "./pools";
import { asNumberAt, at, by, listAt, numberAt, textAt, type RegisteredResource } from "./resource";
import { installationValues, writtenValues } from "./written-values";

const CALICO =
  /^kubernetes:(?:crd\.)?projectcalico\.org\/v\d+:(BGPPeer|IPPool|BGPConfiguration|FelixConfiguration|BGPFilter|IPAMConfiguration|IPAMConfig)(?:Patch)?$/;
const INSTALLATION = /^kubernetes:operator\.tigera\.io\/v\d+:Installation(?:Patch)?$/;
const HELM = /^kubernetes:helm\.sh\/v\d+:(?:Release|Chart)$/;

/** Whether a resource of this type is an object of Calico's, or of its operator. */
export const isCalico = (type: string): boolean => [CALICO, INSTALLATION, HELM].some((pattern) => pattern.test(type));

/** Reads the Calico objects of any program. */
export function readCalico(resources: readonly RegisteredResource[]): CalicoObjects {
  const byKind = (kind: string): RegisteredResource[] =>
    resources.filter(({ type }) => CALICO.exec(type)?.[1] === kind);
  const installed = resources.flatMap((each): [RegisteredResource, string][] =>
    INSTALLATION.test(each.type) ? [[each, "spec"]] : HELM.test(each.type) ? [[each, "values.installation"]] : [],
  );
  const pools = [...byKind("IPPool").map(pool), ...installed.flatMap(([each, root]) => installationPools(each, root))];
  const peers = byKind("BGPPeer");
  return {
    pools,
    values: [
      ...resources.flatMap(({ type, ...each }) => writtenValues(each, CALICO.exec(type)?.[1] ?? null)),
      ...installed.flatMap(([each, root]) => installationValues(each, root)),
    ],
    selectors: [
      ...pools.flatMap(({ nodeSelector }) => nodeSelector ?? []),
      ...peers.flatMap((each) =>
        ["spec.nodeSelector", "spec.peerSelector"].flatMap((path) => selectorAt(each, path) ?? []),
      ),
    ],
    mtus: [
      ...byKind("FelixConfiguration").flatMap(felixMtus),
      ...installed.flatMap(([each, root]) => installationMtu(each, root)),
    ],
    installations: installed.map(([each, root]) => ({
      ...by(each),
      root,
      bgp: { Enabled: true, Disabled: false }[textAt(each.props, `${root}.calicoNetwork.bgp`) ?? ""] ?? null,
    })),
    filters: byKind("BGPFilter").map(filter),
    ipams: [...byKind("IPAMConfiguration"), ...byKind("IPAMConfig")].map((each) => ({
      ...by(each),
      strict: flag(at(each.props, "spec.strictAffinity")),
      autoAllocates: flag(at(each.props, "spec.autoAllocateBlocks")),
    })),
    peers: peers.map(peer),
    bgpConfigurations: byKind("BGPConfiguration").map((each) => ({
      ...by(each),
      object: textAt(each.props, "metadata.name"),
      as: asNumberAt(each.props, "spec.asNumber"),
      mesh: flag(at(each.props, "spec.nodeToNodeMeshEnabled")),
      serviceRanges: SERVICE_RANGES.flatMap((field) => rangesAt(each, `spec.${field}`)),
    })),
    felixConfigurations: byKind("FelixConfiguration").map((each) => ({
      ...by(each),
      object: textAt(each.props, "metadata.name"),
      port: numberAt(each.props, "spec.vxlanPort"),
      vni: numberAt(each.props, "spec.vxlanVNI"),
    })),
  };
}

/** Fields of a BGPConfiguration that hold ranges of services. */
const SERVICE_RANGES = ["serviceClusterIPs", "serviceExternalIPs", "serviceLoadBalancerIPs"] as const;

const rangesAt = ({ props }: RegisteredResource, path: string): { path: string; text: string }[] =>
  listAt(props, path).flatMap((one, i) => {
    const text = textAt(one, "cidr");
    return text === null ? [] : [{ path: `${path}[${i}].cidr`, text }];
  });

const flag = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);

function peer(each: RegisteredResource): Peer {
  const { props } = each;
  const written = textAt(props, "spec.peerIP");
  return {
    ...by(each),
    peerIP: written === null ? null : withoutPort(written),
    as: asNumberAt(props, "spec.asNumber"),
    node: textAt(props, "spec.node"),
    nodeSelector: textAt(props, "spec.nodeSelector"),
    peerSelector: textAt(props, "spec.peerSelector"),
    cluster: each.provider ?? null,
    filters: listAt(props, "spec.filters").filter((name) => typeof name === "string"),
    badSelectors: ["nodeSelector", "peerSelector"].filter((key) => {
      const value = at(props, `spec.${key}`);
      return value !== undefined && value !== null && typeof value !== "string";
    }),
  };
}

/** "10.0.0.1:179" and "[fd00::1]:179" are addresses with a port. */
function withoutPort(text: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
}
