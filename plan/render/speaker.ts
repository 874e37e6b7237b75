import type { LabPlan, NodePlan } from "../types";
import { REFLECTOR_LABEL, RACK_LABEL } from "./calico/resources";
import { fileText } from "./text";

/**
 * What Calico reads of a BGP speaker's Node object, as arguments of `kubectl annotate` and, on the second line, `kubectl label`: its AS number where it differs from the
 * cluster's, its cluster ID where it reflects, and the labels that peers are chosen by. A mark that doesn't apply is taken away ("key-").
 *
 * Source: https://docs.tigera.io/calico/3.28/networking/configuring/bgp
 */
export function speakerMarks(node: NodePlan, { calico }: LabPlan): string {
  const { bgp } = node;
  if (bgp === null || calico.bgp === null) throw new Error(`${node.name} is no BGP speaker`);
  const mark = (key: string, value: string | null): string => (value === null ? `${key}-` : `${key}=${value}`);
  const annotations = [mark("projectcalico.org/ASNumber", bgp.as === calico.bgp.as ? null : String(bgp.as)), mark("projectcalico.org/RouteReflectorClusterID", bgp.clusterId)];
  const labels = [mark(RACK_LABEL, node.leaf), mark(REFLECTOR_LABEL, bgp.clusterId === null ? null : "true")];
  return fileText([annotations.join(" "), labels.join(" ")]);
}
