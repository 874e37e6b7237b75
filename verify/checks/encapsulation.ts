import { homeOf, nodesOf } from "../../plan/lookup";
import { outerText, type HeaderFields, type PodPath } from "../../plan";
import { encapsulationOf } from "../../plan/encapsulation";
import type { ClusterLabPlan } from "../../plan/cluster";
import { knownAddress, knownRange, holds } from "../../lab-spec/ip";
import type { CapturedEcho } from "../facts/tcpdump";
import { traffic, type NodeTraffic, type PodPing } from "../facts/traffic";
import { equal, failure, list } from "../rows";
import { felix } from "../patience";
import { ofCluster } from "../cluster";
import type { Row } from "../types";
import { pairText, pathBetween, podPathsOf } from "./pod-paths";

/**
 * A capture on each node's uplink while its pods ping all others: every echo between nodes goes and comes back as predicted, in a tunnel
 * between the nodes' addresses or as it is, and none goes the other way.
 */
export const encapsulation = ofCluster({
  id: "encapsulation",
  title: "Encapsulation on the uplinks (captured)",
  patience: felix,
  needs: "pods on two nodes",
  run: async (lab) => {
    const [seen, paths] = await Promise.all([traffic(lab), podPathsOf(lab)]);
    if (seen.length === 0) return [equal("pods with an address", "some", "none")];
    return seen.flatMap((each) =>
      "error" in each ? [failure(each.node, each.error)] : [...nodeRows(paths, each), ...otherRows(lab.plan, each)],
    );
  },
});

const text = (outer: HeaderFields | null): string => (outer === null ? "no encapsulation" : outerText(outer));

export function nodeRows(paths: readonly PodPath[], { probes, captured }: NodeTraffic): Row[] {
  return probes
    .filter(({ kind, from, to }) => kind === "normal" && from.node !== to.node)
    .flatMap((probe) => [
      equal(
        `${pairText(probe.from, probe.to)}, request`,
        text(pathBetween(paths, probe.from, probe.to).encapsulation),
        outersOf(probe, "request", captured),
      ),
      equal(
        `${pairText(probe.from, probe.to)}, reply`,
        text(pathBetween(paths, probe.to, probe.from).encapsulation),
        outersOf(probe, "reply", captured),
      ),
    ]);
}

/** How the echoes of one kind of one probe were seen: all kinds of outer header, normally one. */
function outersOf({ from, to }: PodPing, type: CapturedEcho["type"], captured: readonly CapturedEcho[]): string {
  const [source, destination] = type === "request" ? [from.address, to.address] : [to.address, from.address];
  const packets = captured.filter(
    (packet) => packet.type === type && packet.source === source && packet.destination === destination,
  );
  return packets.length === 0 ? "not seen" : list([...new Set(packets.map((packet) => text(packet.outer)))]);
}

/** No packet of a pod travels as none should between any two nodes; where some are encapsulated and some are not, none as it shouldn't between its two. */
export function otherRows(plan: ClusterLabPlan, { node, probes, captured }: NodeTraffic): Row[] {
  const pods = knownRange(plan.calico.pool);
  const ofPods = captured.filter(({ source, destination }) =>
    [source, destination].some((address) => holds(pods, knownAddress(address))),
  );
  const headers = nodesOf(plan).flatMap((from) =>
    nodesOf(plan).flatMap((to) => (from === to ? [] : [encapsulationOf(plan, homeOf(from), homeOf(to))])),
  );
  const plain = ofPods.filter((packet) => packet.outer === null);
  const encapsulated = ofPods.filter((packet) => packet.outer !== null);
  if (headers.every((header) => header === null))
    return [noneRow(`${node} encapsulated pod ICMP on the wire`, encapsulated)];
  if (headers.every((header) => header !== null)) return [noneRow(`${node} plain pod ICMP on the wire`, plain)];
  const nodes = new Map(nodesOf(plan).map((each) => [each.name, each]));
  const at = new Map(probes.flatMap(({ from, to }) => [from, to]).map((pod) => [pod.address, nodes.get(pod.node)]));
  /** Whether the packet should have an outer header; null where one end is no pod that was asked to send. */
  const wanted = ({ source, destination }: CapturedEcho): boolean | null => {
    const [from, to] = [at.get(source), at.get(destination)];
    return from === undefined || to === undefined ? null : encapsulationOf(plan, homeOf(from), homeOf(to)) !== null;
  };
  return [
    noneRow(
      `${node} plain pod ICMP to other subnets`,
      plain.filter((packet) => wanted(packet) === true),
    ),
    noneRow(
      `${node} encapsulated pod ICMP within its subnet`,
      encapsulated.filter((packet) => wanted(packet) === false),
    ),
  ];
}

function noneRow(subject: string, packets: readonly CapturedEcho[]): Row {
  const [first] = packets;
  return equal(
    subject,
    "none",
    first === undefined ? "none" : `${packets.length} packets, first ${first.source} > ${first.destination}`,
  );
}
