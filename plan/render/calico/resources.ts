import { fabricKnowsPods } from "../../calico";
import type { ClusterLabPlan } from "../../cluster";
import type { CalicoBgpPlan, CalicoEncapsulation, SwitchPlan } from "../../types";
import { defined } from "../../defined";
import { hostPart, nodesOf, switchOf } from "../../lookup";
import type { KubernetesObject } from "./objects";

/** Group in which Calico's own resources lie where there is no Calico API server. */
const API = "crd.projectcalico.org/v1";
const NAMESPACE = "kube-system";
/** Names that calico-node itself would use. */
const POOL = "default-ipv4-ippool";
const CONFIGURATION = "default";
const PASSWORD = { secret: "bgp-password", key: "password" } as const;

/** Labels of nodes that peers are chosen by. */
export const RACK_LABEL = "rack";
export const REFLECTOR_LABEL = "route-reflector";

type PoolMode = "Never" | "Always" | "CrossSubnet";

/** How an IPPool writes the encapsulation of its packets. */
export function poolModes(of: CalicoEncapsulation): { readonly ipipMode: PoolMode; readonly vxlanMode: PoolMode } {
  const mode = of.kind === "none" ? "Never" : of.when === "always" ? "Always" : "CrossSubnet";
  return { ipipMode: of.kind === "ipip" ? mode : "Never", vxlanMode: of.kind === "vxlan" ? mode : "Never" };
}

/**
 * The pool of pod addresses. Where the fabric knows every pod, packets that leave the cluster keep their pod's address; elsewhere they go out with their node's.
 *
 * Source: https://docs.tigera.io/calico/3.28/reference/resources/ippool
 */
export function ipPool({ calico }: ClusterLabPlan): KubernetesObject {
  return {
    apiVersion: API,
    kind: "IPPool",
    metadata: { name: POOL },
    spec: {
      cidr: calico.pool,
      blockSize: calico.blockSize,
      ...poolModes(calico.encapsulation),
      natOutgoing: !fabricKnowsPods(calico),
      // Written out, so that a change by hand is seen and taken back.
      disabled: false,
      disableBGPExport: false,
      nodeSelector: "all()",
      allowedUses: ["Workload", "Tunnel"],
    },
  };
}

/** Peers in the order in which they are applied: those that every node's routes come by, then what may end sessions that are needed no more. */
export interface BgpPeers {
  readonly first: readonly KubernetesObject[];
  readonly then: readonly KubernetesObject[];
}

const TUNNEL_ENABLED = { none: {}, ipip: { ipipEnabled: true }, vxlan: { vxlanEnabled: true } } as const;

/**
 * Port and VNI of VXLAN, and which tunnel Felix makes. A resource, not variables of calico-node: every Felix takes a change within the same second and makes its device anew,
 * where a rolling restart would leave nodes of two minds for minutes.
 *
 * Source: https://docs.tigera.io/calico/3.28/reference/resources/felixconfig
 */
export function felixConfiguration({ calico }: ClusterLabPlan): KubernetesObject {
  return {
    apiVersion: API,
    kind: "FelixConfiguration",
    metadata: { name: CONFIGURATION },
    spec: {
      vxlanPort: calico.vxlan.port,
      vxlanVNI: calico.vxlan.vni,
      // The pool would switch its tunnel on too, by starting Felix anew: here it comes first, so that a pool that changes finds Felix ready.
      ...TUNNEL_ENABLED[calico.encapsulation.kind],
    },
  };
}

/**
 * Who peers with whom: the nodes of a rack (or its reflectors) with their leaf, and all nodes with the reflectors.
 *
 * Source: https://docs.tigera.io/calico/3.28/reference/resources/bgppeer
 */
export function bgpPeers(plan: ClusterLabPlan): BgpPeers {
  const { bgp } = plan.calico;
  if (bgp === null) return { first: [], then: [] };
  const racks = fabricKnowsPods(plan.calico)
    ? [...new Set(nodesOf(plan).flatMap((node) => node.uplinks.map(({ leaf }) => leaf)))].sort()
    : [];
  const leaves = racks.map((leaf) => leafPeer(switchOf(plan, leaf), bgp));
  const reflectors: KubernetesObject = {
    apiVersion: API,
    kind: "BGPPeer",
    metadata: { name: "route-reflectors" },
    spec: { nodeSelector: "all()", peerSelector: `${REFLECTOR_LABEL} == 'true'` },
  };
  return bgp.routeReflectors.length > 0 && !bgp.mesh
    ? { first: [reflectors], then: leaves }
    : { first: leaves, then: [] };
}

function leafPeer(leaf: SwitchPlan, bgp: CalicoBgpPlan): KubernetesObject {
  const reflecting = bgp.routeReflectors.length > 0;
  return {
    apiVersion: API,
    kind: "BGPPeer",
    metadata: { name: leaf.name },
    spec: {
      nodeSelector: `${RACK_LABEL} == '${leaf.name}'${reflecting ? ` && ${REFLECTOR_LABEL} == 'true'` : ""}`,
      peerIP: hostPart(defined(leaf.bridge, `bridge of ${leaf.name}`).address),
      asNumber: leaf.as,
      // A reflector, or a node of a mesh, passes on routes of other racks too: with their own next hop the leaf can tell them, and takes none.
      keepOriginalNextHop: true,
      ...(bgp.allowedLocalAs > 0 ? { numAllowedLocalASNumbers: bgp.allowedLocalAs } : {}),
      ...(bgp.password ? { password: { secretKeyRef: { name: PASSWORD.secret, key: PASSWORD.key } } } : {}),
    },
  };
}

/**
 * Settings of BGP in the cluster. To be applied once the peers are there: it ends the node-to-node mesh.
 *
 * Source: https://docs.tigera.io/calico/3.28/reference/resources/bgpconfig
 */
export function bgpConfiguration({ cluster, calico }: ClusterLabPlan): KubernetesObject | null {
  if (calico.bgp === null) return null;
  return {
    apiVersion: API,
    kind: "BGPConfiguration",
    metadata: { name: CONFIGURATION },
    spec: {
      logSeverityScreen: "Info",
      nodeToNodeMeshEnabled: calico.bgp.mesh,
      asNumber: calico.bgp.as,
      ...(calico.bgp.advertiseServices ? { serviceClusterIPs: [{ cidr: cluster.serviceCidr }] } : {}),
    },
  };
}

/** What lets calico-node read the password of its sessions; the Secret itself is made where the password is known. */
export function passwordAccess({ calico }: ClusterLabPlan): KubernetesObject[] {
  if (calico.bgp?.password !== true) return [];
  const metadata = { name: PASSWORD.secret, namespace: NAMESPACE };
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata,
      rules: [
        { apiGroups: [""], resources: ["secrets"], resourceNames: [PASSWORD.secret], verbs: ["get", "list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: PASSWORD.secret },
      subjects: [{ kind: "ServiceAccount", name: "calico-node", namespace: NAMESPACE }],
    },
  ];
}

/** Name and key of the Secret with the password. */
export const passwordSecret = { name: PASSWORD.secret, namespace: NAMESPACE, key: PASSWORD.key } as const;
