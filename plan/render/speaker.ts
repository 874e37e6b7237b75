import { homeOf, nodesOf } from "../lookup";
import type { ClusterLabPlan } from "../cluster";
import type { NodePlan } from "../types";
import { REFLECTOR_LABEL, RACK_LABEL } from "./calico/resources";
import { fileText } from "./text";

/** Annotation that makes a node a route reflector. */
export const CLUSTER_ID = "projectcalico.org/RouteReflectorClusterID";

/** Annotations and labels by key; null is one that must not be there. */
export interface SpeakerMarks {
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string | null>>;
}

/**
 * What Calico reads of a BGP speaker's Node object: its AS number where it differs from the cluster's, its cluster ID where it reflects, and the labels that peers
 * are chosen by. An AS number that doesn't apply is taken away; the marks of a node that reflects no more stay until no session depends on them.
 *
 * Source: https://docs.tigera.io/calico/3.28/networking/configuring/bgp
 */
export function speakerMarks(node: NodePlan, { calico }: ClusterLabPlan): SpeakerMarks {
  const { bgp } = node;
  if (bgp === null || calico.bgp === null) throw new Error(`${node.name} is no BGP speaker`);
  const reflects = bgp.clusterId !== null;
  return {
    annotations: {
      "projectcalico.org/ASNumber": bgp.as === calico.bgp.as ? null : String(bgp.as),
      ...(reflects ? { [CLUSTER_ID]: bgp.clusterId } : {}),
    },
    labels: { [RACK_LABEL]: homeOf(node).leaf, ...(reflects ? { [REFLECTOR_LABEL]: "true" } : {}) },
  };
}

/**
 * The sessions that routes depend on, a line a node: its name and its neighbors' addresses. With reflectors those between nodes, else those with leaves.
 */
export function neededSessions(plan: ClusterLabPlan): string {
  const { calico } = plan;
  const kinds = (calico.bgp?.routeReflectors.length ?? 0) > 0 ? ["reflector", "client"] : ["leaf"];
  return fileText(
    nodesOf(plan).map(({ name, bgp }) =>
      [name, ...(bgp?.neighbors ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ address }) => address)].join(
        " ",
      ),
    ),
  );
}
