import { nodesOf } from "../../lookup";
import type { LabPlan } from "../../types";
import { subnetOf } from "./ip-range";
import { kubeadmConfigs, type KubeadmConfig } from "./kubeadm";
import { asNumberAt, at, numberAt, textAt, type RegisteredResource } from "./resource";
import { routersOf, type KnownRouter, type Router } from "./routers";

interface Registration {
  readonly urn: string;
  readonly resource: string;
}

export interface Pool extends Registration {
  /** Cluster that it is of, by its provider; null where the program has one alone. */
  readonly cluster: string | null;
  /** Where the resource says it: "spec", "spec.calicoNetwork.ipPools[0]". */
  readonly path: string;
  readonly cidr: string | null;
  readonly blockSize: number | null;
  readonly ipipMode: string;
  readonly vxlanMode: string;
  /** Gives no addresses out: it is there to tell Calico what is not to be translated (natOutgoing). */
  readonly disabled: boolean;
  /** Gives addresses to services of type LoadBalancer alone (Calico 3.30): it lies outside of the pods' range. */
  readonly forServices: boolean;
}

export interface Peer extends Registration {
  /** Without the port. */
  readonly peerIP: string | null;
  readonly as: number | null;
  readonly node: string | null;
  readonly nodeSelector: string | null;
  readonly peerSelector: string | null;
  /** Selectors that are no text. */
  readonly badSelectors: readonly string[];
}

export interface BgpConfiguration extends Registration {
  readonly object: string | null;
  readonly as: number | null;
  readonly mesh: boolean | null;
}
export interface FelixConfiguration extends Registration {
  readonly object: string | null;
  readonly port: number | null;
  readonly vni: number | null;
}
export interface AnnotatedNode extends Registration {
  readonly object: string | null;
  readonly as: number | null;
  readonly written: string;
}
export interface CableEnd {
  readonly machine: string | null;
  readonly interface: string | null;
}
export interface Cable extends Registration {
  readonly a: CableEnd;
  readonly b: CableEnd;
  readonly mtu: number;
}
export interface RegisteredMachine extends Registration {
  readonly machine: string | null;
  readonly subnet: string | null;
}
export interface RegisteredLab extends Registration {
  readonly plan: LabPlan;
}

/** What rules of objects read, whatever program registered it. */
export interface Registered {
  readonly pools: readonly Pool[];
  readonly peers: readonly Peer[];
  readonly bgpConfigurations: readonly BgpConfiguration[];
  readonly felixConfigurations: readonly FelixConfiguration[];
  readonly nodes: readonly AnnotatedNode[];
  readonly kubeadm: readonly KubeadmConfig[];
  readonly cables: readonly Cable[];
  readonly machines: readonly RegisteredMachine[];
  readonly labs: readonly RegisteredLab[];
  readonly routers: readonly Router[];
  /** Subnets of servers, where BGP neighbors of nodes are on-link. */
  readonly serverSubnets: readonly string[];
}

const LAB = "fabriclab:index:Lab";
const LINK = "fabriclab:index:Link";
const MACHINE = "fabriclab:index:Machine";
const CALICO =
  /^kubernetes:(?:crd\.)?projectcalico\.org\/v\d+:(BGPPeer|IPPool|BGPConfiguration|FelixConfiguration)(?:Patch)?$/;
const INSTALLATION = /^kubernetes:operator\.tigera\.io\/v\d+:Installation(?:Patch)?$/;
const HELM = /^kubernetes:helm\.sh\/v\d+:(?:Release|Chart)$/;
const NODE = /^kubernetes:core\/v1:Node(?:Patch)?$/;
const TEXT = /^command:(?:remote|local):(?:Command|CopyToRemote|CopyFile)$/;
export const AS_ANNOTATION = "projectcalico.org/ASNumber";
const DEFAULT_MTU = 1500;

/** Whether a resource of this type tells the rules anything. */
export const isRead = (type: string): boolean =>
  [LAB, LINK, MACHINE].includes(type) || [CALICO, INSTALLATION, HELM, NODE, TEXT].some((pattern) => pattern.test(type));

/**
 * Reads resources of any program.
 *
 * @param known routers that no lab of the program plans
 */
export function readRegistered(
  resources: readonly RegisteredResource[],
  known: readonly KnownRouter[] = [],
): Registered {
  const byKind = (kind: string): RegisteredResource[] =>
    resources.filter(({ type }) => CALICO.exec(type)?.[1] === kind);
  const ofType = (type: string): RegisteredResource[] => resources.filter((each) => each.type === type);
  const labs = ofType(LAB).flatMap((each) =>
    at(each.props, "plan.switches") === undefined ? [] : [{ ...by(each), plan: each.props["plan"] as LabPlan }],
  );
  return {
    pools: [
      ...byKind("IPPool").map(pool),
      ...resources.filter(({ type }) => INSTALLATION.test(type)).flatMap((each) => installationPools(each, "spec")),
      ...resources
        .filter(({ type }) => HELM.test(type))
        .flatMap((each) => installationPools(each, "values.installation")),
    ],
    peers: byKind("BGPPeer").map(peer),
    bgpConfigurations: byKind("BGPConfiguration").map((each) => ({
      ...by(each),
      object: textAt(each.props, "metadata.name"),
      as: asNumberAt(each.props, "spec.asNumber"),
      mesh: flag(at(each.props, "spec.nodeToNodeMeshEnabled")),
    })),
    felixConfigurations: byKind("FelixConfiguration").map((each) => ({
      ...by(each),
      object: textAt(each.props, "metadata.name"),
      port: numberAt(each.props, "spec.vxlanPort"),
      vni: numberAt(each.props, "spec.vxlanVNI"),
    })),
    nodes: resources.filter(({ type }) => NODE.test(type)).flatMap(annotated),
    kubeadm: resources.filter(({ type }) => TEXT.test(type)).flatMap(kubeadmConfigs),
    cables: ofType(LINK).map((each) => ({
      ...by(each),
      a: end(each, "a"),
      b: end(each, "b"),
      mtu: numberAt(each.props, "mtu") ?? DEFAULT_MTU,
    })),
    machines: ofType(MACHINE).map((each) => ({
      ...by(each),
      machine: textAt(each.props, "name"),
      subnet: textAt(each.props, "network.subnet"),
    })),
    labs,
    routers: [...labs.flatMap(({ plan }) => routersOf(plan)), ...known],
    serverSubnets: [
      ...new Set([
        ...labs.flatMap(({ plan }) =>
          nodesOf(plan).flatMap(({ uplinks }) => uplinks.map(({ address }) => subnetOf(address))),
        ),
        ...known.flatMap((each) => each.subnets ?? []),
      ]),
    ].sort(),
  };
}

const by = ({ urn, name }: RegisteredResource): Registration => ({ urn, resource: name });
const flag = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);
const end = ({ props }: RegisteredResource, side: "a" | "b"): CableEnd => ({
  machine: textAt(props, `${side}.name`),
  interface: textAt(props, `${side}.interface`),
});

function pool(each: RegisteredResource): Pool {
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
  };
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
function installationPools(each: RegisteredResource, root: string): Pool[] {
  const list = at(each.props, `${root}.calicoNetwork.ipPools`);
  if (!Array.isArray(list)) return [];
  return list.map((one: unknown, i): Pool => {
    const [ipipMode, vxlanMode] = ENCAPSULATIONS[textAt(one, "encapsulation") ?? "IPIP"] ?? ["Never", "Never"];
    return {
      ...by(each),
      cluster: each.provider ?? null,
      path: `${root}.calicoNetwork.ipPools[${i}]`,
      cidr: textAt(one, "cidr"),
      blockSize: numberAt(one, "blockSize"),
      ipipMode,
      vxlanMode,
      disabled: false,
      forServices: onlyForServices(at(one, "allowedUses")),
    };
  });
}

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

function annotated(each: RegisteredResource): AnnotatedNode[] {
  const annotations = at(each.props, "metadata.annotations") as Record<string, unknown> | undefined;
  const written = annotations?.[AS_ANNOTATION];
  if (written === undefined) return [];
  return [
    {
      ...by(each),
      object: textAt(each.props, "metadata.name"),
      as: asNumberAt({ written }, "written"),
      written: String(written),
    },
  ];
}
