import type { ClusterLabPlan } from "../cluster";
import type { KubernetesObject } from "./calico/objects";
import { bgpConfiguration, bgpPeers, felixConfiguration, ipPool } from "./calico/resources";

/** Calico's own resources of a lab, those that make routes and sessions. */
export function calicoResources(plan: ClusterLabPlan): KubernetesObject[] {
  const { first, then } = bgpPeers(plan);
  const configuration = bgpConfiguration(plan);
  return [
    ipPool(plan),
    felixConfiguration(plan),
    ...first,
    ...then,
    ...(configuration === null ? [] : [configuration]),
  ];
}

/** Kinds of objects that decide what reaches what, and of which a lab has its own and no other. */
const DECIDING = ["IPPool", "BGPPeer", "BGPFilter", "NetworkPolicy", "GlobalNetworkPolicy"] as const;

/** Names of a lab's own objects, by each kind that decides what reaches what. */
export function decidingObjects(plan: ClusterLabPlan): Record<string, readonly string[]> {
  const own = calicoResources(plan);
  return Object.fromEntries(
    DECIDING.map((kind) => [kind, own.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name)]),
  );
}
